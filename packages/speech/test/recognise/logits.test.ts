import type { TrainedModel } from '@d2v/core';
import plugin, { ctcModel, greedyDecode, normalise, recordingLogits, type AudioItem } from '../../src/index.js';
import { useBackend } from '../backend.js';
import { item, localModel, melody, wholeLogits } from './model.js';

beforeAll(useBackend);

let model: TrainedModel;
beforeAll(() => {
  model = localModel();
});
afterAll(() => model.dispose());

const SHORT = { windowSeconds: 0.5, overlapSeconds: 0.1 };

function difference(a: Float32Array, b: Float32Array): number {
  expect(a.length).toBe(b.length);
  return a.reduce((most, value, i) => Math.max(most, Math.abs(value - b[i]!)), 0);
}

test.each([8_000, 24_017, 50_000])('windows give the logits of %i samples as one piece', async (samples) => {
  const whole = wholeLogits(model, normalise(melody(samples)));
  const merged = await recordingLogits(ctcModel(model), item(melody(samples)), SHORT);
  expect(merged).toMatchObject({ frames: whole.frames, classes: 5 });
  expect(difference(merged.logits, whole.logits)).toBeLessThan(1e-4);
  const labels = greedyDecode(whole, 0).map(({ label }) => label);
  expect(labels.length).toBeGreaterThan(10);
  expect(greedyDecode(merged, 0).map(({ label }) => label)).toEqual(labels);
});

test('windows without an overlap do differ, at their edges', async () => {
  const whole = wholeLogits(model, normalise(melody(24_000)));
  const merged = await recordingLogits(ctcModel(model), item(melody(24_000)), {
    windowSeconds: 0.5,
    overlapSeconds: 0,
  });
  expect(difference(merged.logits, whole.logits)).toBeGreaterThan(0.1);
});

test('a recording that ends before its header says is as long as it is', async () => {
  const cut: AudioItem = { ...item(melody(24_000)), samples: 30_000 };
  const merged = await recordingLogits(ctcModel(model), cut, SHORT);
  const whole = wholeLogits(model, normalise(melody(24_000)));
  expect(merged.frames).toBe(whole.frames);
  expect(difference(merged.logits, whole.logits)).toBeLessThan(1e-4);
});

test('a long recording is decoded in parts, each sample hardly more than once', async () => {
  const spans: number[] = [];
  const samples = 13 * 16_000;
  const long: AudioItem = {
    name: 'long',
    samples,
    waveform: async ({ start, end } = { start: 0, end: samples }) => {
      spans.push(end - start);
      return new Float32Array(end - start);
    },
  };
  const abort = new AbortController();
  const done: number[] = [];
  const onProgress = (seconds: number): void => {
    done.push(seconds);
  };
  const options = { windowSeconds: 1, overlapSeconds: 0.1, decodedSeconds: 6, onProgress, signal: abort.signal };
  const { frames } = await recordingLogits(ctcModel(model), long, options);
  expect(frames).toBe(Math.floor((samples - 65) / 40) + 1);
  expect(spans.length).toBe(3);
  expect(spans.reduce((a, b) => a + b)).toBeLessThan(1.2 * samples);
  expect(Math.max(...spans)).toBeLessThanOrEqual(6 * 16_000);
  expect(done[done.length - 1]).toBe(13);
  abort.abort(new Error('stopped'));
  await expect(recordingLogits(ctcModel(model), long, options)).rejects.toThrow('stopped');
});

test('a recording too short for a frame is refused by name', async () => {
  await expect(recordingLogits(ctcModel(model), item(melody(40), 'click.wav'))).rejects.toThrow(
    /click\.wav: has 40 samples/,
  );
});

test('a model that cannot transcribe says why', () => {
  const { task: _, ...pretrained } = model;
  expect(() => ctcModel(pretrained)).toThrow(/runs\/local cannot transcribe: it has no head/);
  const task = { ...model.task!, name: 'classification' };
  expect(() => ctcModel({ ...model, task })).toThrow(/has the task 'classification'/);
  expect(() => ctcModel({ ...model, plugin: { ...plugin, name: '@d2v/vision' } })).toThrow(/is of @d2v\/vision/);
});
