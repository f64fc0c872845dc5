// One of our backends as a contender: reads a case from argv, then runs and times steps on demand (see contender.ts).
import { createInterface } from 'node:readline';
import { createModel, disposeBatch, HostNoise, parseModelConfig, RandomStream, uploadBatch } from '@d2v/core';
import { loadBackend } from '@d2v/core/node';
import vision from '@d2v/vision';
import { dispose, memory, scalar } from '@tensorflow/tfjs-core';
import type { StepCase } from '../cases.js';
import { disposeState, initialState } from '../../packages/train/src/step/state.js';
import { trainingStep } from '../../packages/train/src/step/step.js';

const [backend, text] = process.argv.slice(2) as ['tensorflow' | 'wasm', string];
const bench = JSON.parse(text) as StepCase;
const first = bench.method === 'data2vec1';
const patches = (bench.imageSize / bench.patchSize) ** 2;

await loadBackend(backend);
const config = parseModelConfig(vision, {
  encoder: {
    imageSize: bench.imageSize,
    patchSize: bench.patchSize,
    channels: bench.channels,
    positions: first ? 'relative' : 'sinCos',
    contextNorm: !first,
    mask: first
      ? {
          strategy: 'blockwise',
          patches: Math.floor(0.6 * patches),
          minPatches: Math.min(16, Math.floor(0.1 * patches)),
        }
      : { strategy: 'inverseBlock', ratio: 0.8 },
  },
  backbone: {
    dim: bench.dim,
    depth: bench.depth,
    heads: bench.heads,
    ...(first ? { norm: 'pre', finalNorm: true, layerScale: 1e-4, qkvBias: 'noKey' } : {}),
  },
  objective: first
    ? {
        name: 'data2vec1',
        loss: { beta: 2 },
        targets: { topK: bench.topK, tensor: 'block', layers: { layerNorm: true }, average: { layerNorm: true } },
      }
    : {
        name: 'data2vec2',
        masks: bench.masks,
        decoder: bench.decoder,
        clsLoss: 0.01,
        targets: { topK: bench.topK, layers: { instanceNorm: true }, average: { layerNorm: true } },
      },
});
const { network, objective, parameters } = createModel(vision, config);
let state = initialState({ network: network.parameters, all: parameters }, objective.teacher, new RandomStream([1]));

const shape = [bench.batchSize, bench.imageSize, bench.imageSize, bench.channels];
const pixels = new Float32Array(shape.reduce((a, b) => a * b));
const stream = new RandomStream([2]);
for (let i = 0; i < pixels.length; i++) pixels[i] = stream.normal();

function step(update: number): void {
  const host = { inputs: { images: { data: pixels, shape } }, tokens: patches, size: bench.batchSize };
  const streams = { sample: (i: number) => new RandomStream([1, 'mask', update, i]), batch: new RandomStream([1]) };
  const batch = uploadBatch(objective.prepare(host, streams));
  const hyper = {
    learningRate: scalar(1e-4),
    correction1: scalar(1 - 0.9 ** update),
    correction2: scalar(1 - 0.95 ** update),
    decay: scalar(0.999),
  };
  const noise = new HostNoise(new RandomStream([1, 'noise', update]));
  const adam = { betas: [0.9, 0.95] as [number, number], eps: 1e-8, weightDecay: 0.05 };
  const result = trainingStep(state, [batch], hyper, () => ({ noise }), {
    objective,
    specs: parameters,
    adam,
    clipNorm: 4,
  });
  result.metrics.loss!.dataSync();
  disposeState(state);
  state = result.state;
  dispose(result.metrics as never);
  dispose(hyper as never);
  disposeBatch(batch);
}

let update = 0;
for await (const line of createInterface({ input: process.stdin })) {
  const seconds: number[] = [];
  for (let i = 0; i < Number(line); i++) {
    const start = performance.now();
    step(++update);
    seconds.push((performance.now() - start) / 1000);
  }
  const { maxRSS } = process.resourceUsage();
  console.log(
    JSON.stringify({
      seconds,
      peakBytes: maxRSS * 1024,
      rssBytes: process.memoryUsage.rss(),
      tensors: memory().numTensors,
    }),
  );
}
