import { jest } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chooseBackend, type Attempt, type Platform } from '../../src/backend/choose.js';
import { loadBackend as loadInBrowser } from '../../src/backend/load.js';
import { BackendError } from '../../src/errors.js';
import { loadBackend } from '../../src/node/backend.js';

const works: Attempt = () => Promise.resolve('how');
const missing: Attempt = () =>
  Promise.reject(new BackendError('native TensorFlow is not installed', { hint: 'run `d2v setup`' }));
const broken: Attempt = () => Promise.reject(new Error('wasm streaming compile failed\n  at somewhere'));

const platform = (attempts: Platform['attempts']): Platform => ({
  attempts,
  order: ['tensorflow', 'wasm', 'cpu'],
  elsewhere: { webgpu: 'not on this platform' },
});

describe("chooseBackend with 'auto'", () => {
  test('takes the fastest that works and asks no further', async () => {
    const cpu = jest.fn(works);
    const loaded = await chooseBackend('auto', platform({ tensorflow: works, wasm: works, cpu }));
    expect(loaded).toEqual({ name: 'tensorflow', description: 'tensorflow (how): the fastest backend here' });
    expect(cpu).not.toHaveBeenCalled();
  });

  test('says on one line why not a faster one, and what would make it faster', async () => {
    const loaded = await chooseBackend('auto', platform({ tensorflow: missing, wasm: works, cpu: works }));
    expect(loaded.name).toBe('wasm');
    expect(loaded.description).toBe(
      'wasm (how): native TensorFlow is not installed; run `d2v setup` to be about 2.5× faster',
    );
  });

  test('gives every reason when several fail, the first line of each', async () => {
    const loaded = await chooseBackend('auto', platform({ tensorflow: missing, wasm: broken, cpu: works }));
    expect(loaded.description).toBe(
      'cpu (how): native TensorFlow is not installed; wasm streaming compile failed; run `d2v setup` to be about 80× faster',
    );
  });

  test('throws with every reason when none works', async () => {
    const loading = chooseBackend('auto', platform({ tensorflow: missing, wasm: broken, cpu: broken }));
    await expect(loading).rejects.toThrow(/^no backend works here: native TensorFlow is not installed; wasm streaming/);
    await expect(loading).rejects.toBeInstanceOf(BackendError);
  });
});

describe('chooseBackend with a name', () => {
  test('takes it even where a faster one works, and says so', async () => {
    const loaded = await chooseBackend('wasm', platform({ tensorflow: works, wasm: works, cpu: works }));
    expect(loaded).toEqual({
      name: 'wasm',
      description: "wasm (how): as asked for; 'tensorflow' is about 2.5× faster",
    });
  });

  test('throws its reason instead of falling back', async () => {
    const loading = chooseBackend('tensorflow', platform({ tensorflow: missing, wasm: works, cpu: works }));
    await expect(loading).rejects.toMatchObject({ name: 'BackendError', hint: 'run `d2v setup`' });
  });

  test('says where a backend of other platforms exists', async () => {
    await expect(chooseBackend('webgpu', platform({}))).rejects.toThrow("backend 'webgpu': not on this platform");
    await expect(loadInBrowser('tensorflow')).rejects.toThrow("import loadBackend from '@d2v/core/node'");
  });
});

describe('loadBackend in Node.js', () => {
  const cache = mkdtempSync(join(tmpdir(), 'd2v-core-'));
  beforeAll(() => (process.env['D2V_CACHE'] = cache));
  afterAll(() => {
    delete process.env['D2V_CACHE'];
    rmSync(cache, { recursive: true, force: true });
  });

  const square = (): number[] => tf.tidy(() => Array.from(tf.square(tf.tensor1d([1, 2, 3])).dataSync()));

  test('cpu computes, without the advertisement that TensorFlow.js prints', async () => {
    const warn = jest.spyOn(console, 'warn').mockImplementation(() => undefined);
    const { name, description } = await loadBackend('cpu');
    const values = square();
    const printed = warn.mock.calls.length;
    warn.mockRestore();
    expect({ name, current: tf.getBackend(), values, printed }).toEqual({
      name: 'cpu',
      current: 'cpu',
      values: [1, 4, 9],
      printed: 0,
    });
    expect(description).toMatch(/^cpu \(plain JavaScript\): as asked for/);
    expect(tf.env().getBool('PROD')).toBe(false);
  });

  test('wasm computes, also when it is loaded a second time', async () => {
    await loadBackend('wasm');
    await loadBackend('cpu');
    const { description } = await loadBackend('wasm');
    expect(tf.getBackend()).toBe('wasm');
    expect(description).toMatch(/^wasm \((no )?SIMD\)/);
    expect(square()).toEqual([1, 4, 9]);
  });

  test('tensorflow that is not installed is a clear error', async () => {
    await expect(loadBackend('tensorflow')).rejects.toMatchObject({
      name: 'BackendError',
      message: expect.stringMatching(/^native TensorFlow is not installed/),
      hint: 'run `d2v setup`',
    });
  });

  test('auto falls back to wasm and names what is missing', async () => {
    const { name, description } = await loadBackend();
    expect(name).toBe('wasm');
    expect(description).toMatch(/: native TensorFlow is not installed; run `d2v setup` to be about 2\.5× faster$/);
  });

  test('webgpu without its package or an adapter is a clear error', async () => {
    await expect(loadBackend('webgpu')).rejects.toMatchObject({
      name: 'BackendError',
      message: expect.stringMatching(/needs the package webgpu|finds no graphics adapter/),
      hint: expect.any(String),
    });
  });
});
