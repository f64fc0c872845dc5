// A pre-training step on one of our backends (see serve.ts): the trainer's own, without its data pipeline.
import {
  createModel,
  disposeBatch,
  HostNoise,
  parseModelConfig,
  RandomStream,
  trainableNames,
  uploadBatch,
  type BackendChoice,
} from '@d2v/core';
import { loadBackend } from '@d2v/core/node';
import { dispose, scalar } from '@tensorflow/tfjs-core';
import { loadPlugin } from '../../packages/train/src/api/load-plugin.js';
import { biasCorrections, parameterGroups } from '../../packages/train/src/optimizer/index.js';
import { disposeState, initialState } from '../../packages/train/src/step/state.js';
import { trainingStep } from '../../packages/train/src/step/step.js';
import type { StepTask } from '../cases/step.js';
import { randomSamples } from './samples.js';
import { countValues, serve } from './serve.js';

const [text, backend] = process.argv.slice(2) as [string, BackendChoice];
const task = JSON.parse(text) as StepTask;

await loadBackend(backend);
const plugin = await loadPlugin(task.modality);
const { network, objective, parameters } = createModel(plugin, parseModelConfig(plugin, { ...task }));
let state = initialState({ network: network.parameters, all: parameters }, objective.teacher, new RandomStream([1]));
const host = network.encoder.collate(randomSamples(task));

const { betas, eps, weightDecay, clipNorm, learningRate } = task.optimizer;
const adam = { betas, eps, weightDecay, groups: parameterGroups(parameters, task.optimizer) };
let update = 0;
let firstLoss: number | undefined;

function step(): void {
  update++;
  const streams = { sample: (i: number) => new RandomStream([1, 'mask', update, i]), batch: new RandomStream([1]) };
  const batch = uploadBatch(objective.prepare(host, streams));
  const [correction1, correction2] = biasCorrections(betas, update);
  const hyper = {
    learningRate: scalar(learningRate),
    correction1: scalar(correction1),
    correction2: scalar(correction2),
    decay: scalar(task.objective.teacher.decay.start),
  };
  const noise = new HostNoise(new RandomStream([1, 'noise', update]));
  const options = { objective, specs: parameters, adam, clipNorm };
  const result = trainingStep(state, [batch], hyper, () => ({ noise }), options);
  const [loss] = result.metrics.loss!.dataSync();
  firstLoss ??= loss!;
  disposeState(state);
  state = result.state;
  dispose(result.metrics as never);
  dispose(hyper as never);
  disposeBatch(batch);
}

await serve({
  step,
  checks: () => ({
    parameters: countValues(trainableNames(parameters).map((name) => parameters[name]!)),
    'first loss': firstLoss!,
  }),
});
