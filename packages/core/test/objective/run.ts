import {
  createModel,
  parseModelConfig,
  trainableNames,
  uploadBatch,
  valueAndGradients,
  type Batch,
  type Model,
  type ObjectiveContext,
  type Weights,
} from '../../src/index.js';
import { add, type Tensor } from '@tensorflow/tfjs-core';
import { toyPlugin, type ToySample } from '../encoder/toy.js';

export interface Sections {
  readonly encoder?: object;
  readonly backbone?: object;
}

/** A small data2vec model over the toy encoder. */
export function toyModel(
  objective: { name: 'data2vec1' | 'data2vec2' } & Record<string, unknown>,
  sections: Sections = {},
): Model {
  const plugin = toyPlugin();
  const decoder = objective.name === 'data2vec2' ? { decoder: { width: 8, layers: 2, groups: 2 } } : {};
  return createModel(
    plugin,
    parseModelConfig(plugin, {
      encoder: sections.encoder ?? {},
      backbone: { dim: 16, heads: 4, depth: 2, ...sections.backbone },
      objective: { targets: { topK: 2 }, ...decoder, ...objective },
    }),
  );
}

/** A batch of samples with given masks, rows sample-major. Call in a tidy, or dispose it. */
export function batchOf(model: Model, samples: readonly ToySample[], ...masks: Uint8Array[]): Batch {
  const all = Uint8Array.from(masks.flatMap((mask) => [...mask]));
  return uploadBatch(model.objective.place(all, model.network.encoder.collate(samples)));
}

/** What `loss` shows to an observer, and what it returns, as numbers. */
export interface Pass {
  readonly terms: Readonly<Record<string, number>>;
  readonly sampleSize: number;
  readonly metrics: Readonly<Record<string, number>>;
  readonly observed: ReadonlyMap<string, Float32Array>;
}

export function pass(
  model: Model,
  student: Weights,
  teacher: Weights,
  batch: Batch,
  context: ObjectiveContext = {},
): Pass {
  const observed = new Map<string, Float32Array>();
  const losses = model.objective.loss(student, teacher, batch, {
    monitor: true,
    ...context,
    observe: (name, value) => void observed.set(name, value.dataSync<'float32'>().slice()),
  });
  const numbers = (of: Readonly<Record<string, Tensor>>): Record<string, number> =>
    Object.fromEntries(Object.entries(of).map(([name, value]) => [name, value.dataSync()[0]!]));
  return {
    terms: numbers(losses.terms),
    sampleSize: losses.sampleSize.dataSync()[0]!,
    metrics: numbers(losses.metrics),
    observed,
  };
}

/** Gradient of the summed loss by parameter name. */
export function gradientsOf(model: Model, student: Weights, batch: Batch): Map<string, Float32Array | undefined> {
  const names = trainableNames(model.parameters);
  const { gradients } = valueAndGradients(
    () => Object.values(model.objective.loss(student, {}, batch, {}).terms).reduce((sum, term) => add(sum, term)),
    names.map((name) => student[name]!),
  );
  return new Map(names.map((name, i) => [name, gradients[i]?.dataSync<'float32'>()]));
}
