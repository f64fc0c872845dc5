import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, readlink, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Command } from '../../src/install/command.js';
import { readArchived, unpack } from '../../src/install/unpack.js';
import {
  cudaDistributions,
  cudaRequirements,
  fetchWheel,
  placeCuda,
  placeTensorFlow,
  tensorflowDistribution,
  unpackTensorFlow,
} from '../../src/install/wheel.js';
import { temporaryFolder } from '../support/folders.js';
import { zip } from './zip.js';

const arch = process.arch === 'x64' ? 'x86_64' : 'aarch64';
const wheelName = `thing-1.0-cp311-cp311-manylinux_2_27_${arch}.whl`;
const thing = { requirement: 'thing==1.0', bytes: 10 };

/** A Python whose pip runs `script` with the destination folder in `dest`. */
function fakePython(script: string): Command {
  const dest = `const dest = process.argv[process.argv.indexOf('--dest') + 1];`;
  return [process.execPath, '-e', `const fs = require('node:fs'); ${dest} ${script}`, '--'];
}

const downloads = fakePython(`fs.writeFileSync(dest + '/${wheelName}', 'content');`);

describe('fetchWheel', () => {
  test('keeps what pip downloads, and does not ask pip again', async () => {
    const folder = join(temporaryFolder(), 'wheels');
    const path = await fetchWheel(downloads, thing, folder, {});
    expect(path).toBe(join(folder, wheelName));
    expect(await readFile(path, 'utf8')).toBe('content');
    expect(await readdir(folder)).toEqual([wheelName]);
    const fails = fakePython('process.exit(1);');
    expect(await fetchWheel(fails, thing, folder, {})).toBe(path);
  });

  test('names the wheel, what pip said and what to do when pip fails', async () => {
    const folder = temporaryFolder();
    const fails = fakePython(`console.error('ERROR: No matching distribution found for thing==1.0'); process.exit(1);`);
    await expect(fetchWheel(fails, thing, folder, {})).rejects.toMatchObject({
      name: 'BackendError',
      message: expect.stringMatching(/pip cannot download thing==1\.0:\nERROR: No matching distribution/),
      hint: expect.stringContaining('check the network'),
    });
    expect(await readdir(folder)).toEqual([]);
  });

  test('stops when aborted, and leaves no half of a wheel', async () => {
    const folder = temporaryFolder();
    const abort = new AbortController();
    const hangs = fakePython(`fs.writeFileSync(dest + '/${wheelName}', 'half'); setInterval(() => undefined, 1000);`);
    const fetching = fetchWheel(hangs, thing, folder, { signal: abort.signal });
    setTimeout(() => abort.abort(new Error('enough')), 200);
    await expect(fetching).rejects.toThrow('enough');
    expect(await readdir(folder)).toEqual([]);
  });
});

describe('unpack', () => {
  test('writes the wanted files and reports how far it is', async () => {
    const folder = temporaryFolder();
    await writeFile(join(folder, 'a.whl'), zip({ 'x/one': 'first', 'x/two': 'second', other: 'no' }));
    const seen: number[] = [];
    const place = (name: string) => (name.startsWith('x/') ? name.slice(2) : undefined);
    expect(await unpack(join(folder, 'a.whl'), join(folder, 'out'), place, (done) => seen.push(done))).toBe(2);
    expect((await readdir(join(folder, 'out'))).sort()).toEqual(['one', 'two']);
    expect(await readFile(join(folder, 'out', 'two'), 'utf8')).toBe('second');
    expect((await stat(join(folder, 'out', 'two'))).mode & 0o700).toBe(0o700);
    expect(seen.at(-1)).toBe(1);
  });

  test('refuses a file whose checksum is wrong, and an archive that is cut off', async () => {
    const folder = temporaryFolder();
    await writeFile(join(folder, 'bad.whl'), zip({ one: 'first' }, 'one'));
    await writeFile(join(folder, 'cut.whl'), zip({ one: 'first' }).subarray(0, 40));
    await expect(unpack(join(folder, 'bad.whl'), folder, (name) => name)).rejects.toThrow('one: its checksum is wrong');
    await expect(unpack(join(folder, 'cut.whl'), folder, (name) => name)).rejects.toThrow();
  });

  test('readArchived gives the text of one file', async () => {
    const path = join(temporaryFolder(), 'a.whl');
    await writeFile(path, zip({ 'thing.dist-info/METADATA': 'Name: thing' }));
    expect(await readArchived(path, (name) => name.endsWith('/METADATA'))).toBe('Name: thing');
    expect(await readArchived(path, () => false)).toBeUndefined();
  });
});

describe("TensorFlow's wheel", () => {
  test('is the CPU one on x64, the one for both elsewhere', () => {
    expect(tensorflowDistribution(false, 'x64').requirement).toBe('tensorflow-cpu==2.21.0');
    expect(tensorflowDistribution(false, 'arm64').requirement).toBe('tensorflow==2.21.0');
    expect(tensorflowDistribution(true, 'x64').requirement).toBe('tensorflow==2.21.0');
  });

  test('gives the two libraries and the headers that the addon includes', () => {
    expect(placeTensorFlow('tensorflow/libtensorflow_cc.so.2')).toBe('lib/libtensorflow_cc.so.2');
    expect(placeTensorFlow('tensorflow/libtensorflow_framework.so.2')).toBe('lib/libtensorflow_framework.so.2');
    for (const header of [
      'include/tensorflow/c/c_api.h',
      'include/tensorflow/core/platform/ctstring_internal.h',
      'include/xla/tsl/c/tsl_status.h',
      'include/xla/tsl/platform/macros.h',
      'include/tsl/platform/ctstring.h',
    ]) {
      expect(placeTensorFlow(`tensorflow/${header}`)).toBe(header);
    }
    for (const other of [
      'tensorflow/python/lib_pywrap.so',
      'tensorflow/include/Eigen/Core',
      'tensorflow/__init__.py',
    ]) {
      expect(placeTensorFlow(other)).toBeUndefined();
    }
  });

  test('is linked under the names that the addon asks the linker for', async () => {
    const folder = temporaryFolder();
    const wheel = join(folder, 'tensorflow.whl');
    await writeFile(
      wheel,
      zip({ 'tensorflow/libtensorflow_cc.so.2': 'cc', 'tensorflow/libtensorflow_framework.so.2': 'f' }),
    );
    await unpackTensorFlow(wheel, join(folder, 'deps'));
    expect(await readlink(join(folder, 'deps', 'lib', 'libtensorflow.so'))).toBe('libtensorflow_cc.so.2');
    expect(await readlink(join(folder, 'deps', 'lib', 'libtensorflow_framework.so'))).toBe(
      'libtensorflow_framework.so.2',
    );
  });

  test('without its library is refused by name', async () => {
    const folder = temporaryFolder();
    await mkdir(join(folder, 'deps'));
    await writeFile(join(folder, 'tensorflow.whl'), zip({ 'tensorflow/include/tensorflow/c/c_api.h': '' }));
    const unpacking = unpackTensorFlow(join(folder, 'tensorflow.whl'), join(folder, 'deps'));
    await expect(unpacking).rejects.toThrow(/tensorflow\.whl holds no libtensorflow_cc\.so\.2/);
  });

  const metadata = [
    'Requires-Dist: numpy>=1.26.0',
    "Requires-Dist: nvidia-cublas-cu12<13.0,>=12.5.3.2; extra == 'and-cuda'",
    'Requires-Dist: nvidia-nccl-cu12 (<3.0,>=2.25.1) ; extra == "and-cuda"',
    "Requires-Dist: nvidia-other; extra == 'something'",
  ].join('\n');

  test('names the CUDA wheels that belong to it', async () => {
    expect(cudaRequirements(metadata)).toEqual(['nvidia-cublas-cu12<13.0,>=12.5.3.2', 'nvidia-nccl-cu12<3.0,>=2.25.1']);
    const wheel = join(temporaryFolder(), 'tensorflow.whl');
    await writeFile(wheel, zip({ 'tensorflow-2.21.0.dist-info/METADATA': metadata }));
    expect(await cudaDistributions(wheel)).toHaveLength(2);
    expect(existsSync(wheel)).toBe(true);
  });

  test("NVIDIA's libraries go beside TensorFlow's, the compiler into a folder of its own", () => {
    expect(placeCuda('nvidia/cublas/lib/libcublas.so.12')).toBe('lib/libcublas.so.12');
    expect(placeCuda('nvidia/cuda_nvcc/bin/ptxas')).toBe('cuda/bin/ptxas');
    expect(placeCuda('nvidia/cuda_nvcc/nvvm/libdevice/libdevice.10.bc')).toBe('cuda/nvvm/libdevice/libdevice.10.bc');
    expect(placeCuda('nvidia/cublas/include/cublas.h')).toBeUndefined();
  });
});
