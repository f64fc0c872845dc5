import {
  createModel,
  disposeBatch,
  HostNoise,
  parseModelConfig,
  RandomStream,
  uploadBatch,
  type Batch,
  type Model,
} from '@d2v/core';
import { loadBackend } from '@d2v/core/node';
import { dispose, memory, scalar, type NamedTensorMap } from '@tensorflow/tfjs-core';
import { loadPlugin } from '../../src/api/load-plugin.js';
import { biasCorrections, optimizerSchema, parameterGroups } from '../../src/optimizer/index.js';
import { disposeState, disposeWeights, initialState, type ModelState } from '../../src/step/state.js';
import { trainingStep, type StepOptions } from '../../src/step/step.js';

const ADAM = optimizerSchema.parse({ learningRate: 1e-2 });

let model: Model;
let batch: Batch;
let options: StepOptions;

beforeAll(async () => {
  await loadBackend('wasm');
  const vision = await loadPlugin('@d2v/vision');
  const config = parseModelConfig(vision, {
    encoder: { imageSize: 8, patchSize: 2, channels: 1 },
    backbone: { dim: 16, depth: 2, heads: 2, dropPath: 0.1 },
    objective: { name: 'data2vec2', masks: 2, decoder: { width: 16, layers: 1, groups: 4 }, targets: { topK: 2 } },
  });
  model = createModel(vision, config);
  const images = Array.from({ length: 4 }, (_, i) => ({
    pixels: Float32Array.from({ length: 64 }, (_, j) => Math.sin(i + j / 3)),
    height: 8,
    width: 8,
    channels: 1,
    name: `image ${i}`,
  }));
  const streams = { sample: (i: number) => new RandomStream(['mask', i]), batch: new RandomStream(['batch']) };
  batch = uploadBatch(model.objective.prepare(model.network.encoder.collate(images), streams));
  options = {
    objective: model.objective,
    specs: model.parameters,
    adam: { ...ADAM, groups: parameterGroups(model.parameters, ADAM) },
    clipNorm: 1,
  };
});
afterAll(() => disposeBatch(batch));

const start = (): ModelState =>
  initialState(
    { network: model.network.parameters, all: model.parameters },
    model.objective.teacher,
    new RandomStream(['weights']),
  );

function step(state: ModelState, update: number, { decay = 0.5, parts = [batch], using = options } = {}) {
  const [correction1, correction2] = biasCorrections(ADAM.betas, update);
  const hyper = {
    learningRate: scalar(ADAM.learningRate),
    correction1: scalar(correction1),
    correction2: scalar(correction2),
    decay: scalar(decay),
  };
  const noise = (part: number) => ({ noise: new HostNoise(new RandomStream(['noise', update, part])) });
  const { state: next, metrics } = trainingStep(state, parts, hyper, noise, using);
  const values = Object.fromEntries(Object.entries(metrics).map(([name, metric]) => [name, metric.dataSync()[0]!]));
  dispose([metrics, hyper] as unknown as NamedTensorMap);
  return { next, values };
}

const numbers = (weights: ModelState['student']): Record<string, number[]> =>
  Object.fromEntries(Object.entries(weights).map(([name, value]) => [name, [...value.dataSync()]]));

test('a step disposes nothing that it is given and leaves only what it returns', () => {
  const state = start();
  const before = numbers(state.student);
  const { numTensors } = memory();
  const { next } = step(state, 1, { parts: [batch, batch] });
  const returned = [next.student, next.teacher, next.moments.m, next.moments.v].flatMap(Object.values).length;
  expect(memory().numTensors).toBe(numTensors + returned);
  expect(numbers(state.student)).toEqual(before);
  disposeState(state);
  disposeState(next);
});

/** Trains, telling the loss of every step. */
function train(steps: number, onStep: (loss: number) => void): void {
  let state = start();
  for (let update = 1; update <= steps; update++) {
    const { next, values } = step(state, update, { decay: 0.99 });
    disposeState(state);
    state = next;
    onStep(values.loss!);
  }
  disposeState(state);
}

test('two thousand steps keep the number of tensors and of bytes', () => {
  const seen = new Set<string>();
  train(2000, () => seen.add(`${memory().numTensors} ${memory().numBytes}`));
  expect(seen.size).toBe(1);
}, 300_000);

test('the loss falls while the teacher is still close to where it began', () => {
  const losses: number[] = [];
  train(50, (loss) => losses.push(loss));
  const mean = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  expect(mean(losses.slice(-5))).toBeLessThan(mean(losses.slice(0, 5)));
});

test.each([0, 0.25, 1])('with decay %p the teacher becomes decay · teacher + (1 − decay) · student', (decay) => {
  const state = start();
  // One step first, so that teacher and student differ.
  const { next: moved } = step(state, 1, { decay: 1 });
  const { next } = step(moved, 2, { decay });
  const [old, student, teacher] = [numbers(moved.teacher), numbers(next.student), numbers(next.teacher)];
  expect(Object.keys(teacher).length).toBeGreaterThan(10);
  for (const [name, values] of Object.entries(teacher)) {
    values.forEach((value, i) => {
      const expected = decay * old[name]![i]! + (1 - decay) * student[name]![i]!;
      expect(Math.abs(value - expected)).toBeLessThan(1e-6);
    });
  }
  for (const each of [state, moved, next]) disposeState(each);
});

test('what the loss does not depend on stays bit for bit, its moments too; all else moves', () => {
  const state = start();
  const { objective } = model;
  // A loss that sees copies of the decoder's weights: their gradient is none, though the optimizer may change them.
  const copies = Object.fromEntries(
    Object.entries(state.student).flatMap(([name, w]) => (name.startsWith('decoder.') ? [[name, w.clone()]] : [])),
  );
  const constant = new Set(Object.keys(copies));
  expect(constant.size).toBeGreaterThan(0);
  const frozen = {
    ...options,
    objective: {
      ...objective,
      parameters: objective.parameters,
      prepare: objective.prepare.bind(objective),
      loss: (weights: ModelState['student'], ...rest: [ModelState['teacher'], Batch, object]) =>
        objective.loss({ ...weights, ...copies }, ...rest),
    },
  };
  const { next } = step(state, 1, { using: frozen });
  const [before, after] = [numbers(state.student), numbers(next.student)];
  for (const name of Object.keys(before)) {
    const spec = options.specs[name]!;
    const stays = constant.has(name) || spec.trainable === false;
    expect({ name, same: after[name]!.every((value, i) => value === before[name]![i]) }).toEqual({ name, same: stays });
    if (constant.has(name)) expect([...next.moments.m[name]!.dataSync()].every((value) => value === 0)).toBe(true);
  }
  for (const each of [state, next]) disposeState(each);
  disposeWeights(copies);
});

test('the loss is per counted token: the same batch twice gives the loss and the update of once', () => {
  const state = start();
  const still = { ...options, objective: withoutNoise() };
  const [once, twice] = [step(state, 1, { using: still }), step(state, 1, { parts: [batch, batch], using: still })];
  expect(twice.values.loss).toBeCloseTo(once.values.loss!, 5);
  expect(twice.values.grad_norm).toBeCloseTo(once.values.grad_norm!, 4);
  const [m1, m2] = [numbers(once.next.moments.m), numbers(twice.next.moments.m)];
  for (const [name, values] of Object.entries(m1)) {
    values.forEach((value, i) => expect(Math.abs(value - m2[name]![i]!)).toBeLessThan(1e-5));
  }
  for (const each of [state, once.next, twice.next]) disposeState(each);
});

/** The objective without dropout and noise, which differ from part to part. */
function withoutNoise(): StepOptions['objective'] {
  const { objective } = model;
  return {
    parameters: objective.parameters,
    prepare: (host, streams) => objective.prepare(host, streams),
    loss: (student, teacher, part, { monitor }) => objective.loss(student, teacher, part, { monitor }),
  };
}

test('a gradient is clipped to the norm that it may have, and its own norm is reported', () => {
  const state = start();
  const free = step(state, 1, { using: { ...options, clipNorm: 0 } });
  const limit = free.values.grad_norm! / 10;
  const clipped = step(state, 1, { using: { ...options, clipNorm: limit } });
  expect(clipped.values.grad_norm).toBeCloseTo(free.values.grad_norm!, 5);
  const norm = Math.hypot(...Object.values(numbers(clipped.next.moments.m)).flat()) / (1 - ADAM.betas[0]);
  expect(norm / limit).toBeCloseTo(1, 3);
  for (const each of [state, free.next, clipped.next]) disposeState(each);
});
