import { execFile } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { SOURCES } from '../../../../tools/jest/sources.js';
import { temporaryFolder } from '../api/squares.js';
import { SQUARE_PNG } from '../cli/png.js';

const SCRIPT = fileURLToPath(new URL('workers.ts', import.meta.url));

interface Loaded {
  readonly names: string[];
  readonly labels: (number | null)[];
  readonly classes: string[] | null;
  readonly samples: (string | { sample: string; message: string })[];
}

const folder = temporaryFolder();
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('worker threads give the samples, names, labels and errors that this process gives', async () => {
  for (const [name, content] of Object.entries({
    'a/1.png': SQUARE_PNG,
    'a/2.png': SQUARE_PNG,
    'b/broken.png': SQUARE_PNG.subarray(0, 40),
    'b/3.png': SQUARE_PNG,
  })) {
    mkdirSync(join(folder, name[0]!), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
  const options = [...SOURCES, SCRIPT, folder];
  const { stdout } = await promisify(execFile)(process.execPath, options);
  const { local, threads } = JSON.parse(stdout) as { local: Loaded; threads: Loaded };
  expect(threads).toEqual(local);
  expect(local.names).toHaveLength(4);
  expect(local.classes).toEqual(['a', 'b']);
  const broken = join(folder, 'b', 'broken.png');
  const errors = threads.samples.filter((sample) => typeof sample === 'object');
  expect(errors).toHaveLength(1);
  expect(errors[0]!.sample).toBe(broken);
  expect(errors[0]!.message.startsWith(`${broken}: `)).toBe(true);
  // The same picture, but each sample is augmented with its own key.
  expect(new Set(threads.samples.filter((sample) => typeof sample === 'string')).size).toBeGreaterThan(1);
});
