import {
  createNetwork,
  initialise,
  parseModelConfig,
  RandomStream,
  Scope,
  type TrainedModel,
  type Weights,
  within,
} from '@d2v/core';
import { tensor2d, tidy, zerosLike } from '@tensorflow/tfjs-core';
import plugin, { ctc, ctcSchema, transformSchema, waveformItem, type AudioItem, type Frames } from '../../src/index.js';

export const TOKENS = ['<pad>', '|', 'a', 'b', 'c'];
/** A frame sees 120 samples and moves by 40. */
export const LAYERS = [[8, 10, 5], [8, 12, 8]]; // prettier-ignore

/**
 * A model with random weights whose attention adds nothing, so that a frame depends on its surroundings alone: 120
 * samples and three frames on either side. The caller disposes it.
 */
export function localModel(task: object = { vocabulary: TOKENS }, normalise = true): TrainedModel {
  const sections = parseModelConfig(plugin, {
    encoder: { extractor: { layers: LAYERS }, positions: { layers: 3, kernel: 3, groups: 4 }, alibi: { scale: 'off' } },
    backbone: { dim: 16, depth: 1, heads: 2 },
  });
  const network = createNetwork(plugin, sections);
  const options = ctcSchema.parse(task);
  const head = ctc.create(options, { dim: 16, classes: TOKENS });
  const drawn = initialise({ ...network.parameters, ...within('head', head.parameters) }, new RandomStream(['model']));
  const weights: Weights = Object.fromEntries(
    Object.entries(drawn).map(([name, value]) => {
      const changed = name.includes('attn.proj')
        ? zerosLike(value)
        : name === 'head.weight'
          ? wide(value.shape)
          : undefined;
      if (changed) value.dispose();
      return [name, changed ?? value];
    }),
  );
  return {
    path: 'runs/local',
    plugin,
    network,
    weights,
    task: { name: 'ctc', options, head },
    classes: TOKENS,
    encoder: sections.encoder,
    transform: transformSchema.parse({ normalise }),
    dispose: () => Object.values(weights).forEach((value) => value.dispose()),
  };
}

/** A head whose best class changes often. */
function wide(shape: readonly number[]) {
  const stream = new RandomStream(['head']);
  return tensor2d(
    Float32Array.from({ length: shape[0]! * shape[1]! }, () => stream.normal()),
    shape as [number, number],
  );
}

/** The logits of a waveform as one piece, without windows. */
export function wholeLogits({ network, weights, task }: TrainedModel, waveform: Float32Array): Frames {
  const logits = tidy(() => {
    const { inputs } = network.encoder.collate([{ name: 'whole', waveform }]);
    const { data, shape } = inputs.waveforms!;
    const features = network.features(weights, {
      waveforms: tensor2d(data as Float32Array, shape as [number, number]),
    });
    return task!.head.forward(new Scope(weights, 'head'), features, {});
  });
  const [, frames, classes] = logits.shape as [number, number, number];
  const values = logits.dataSync<'float32'>();
  logits.dispose();
  return { logits: values, frames, classes };
}

/** Tones that change every tenth of a second. */
export function melody(samples: number, seed = 1): Float32Array {
  const stream = new RandomStream(['melody', seed]);
  let tone = 0.1;
  return Float32Array.from({ length: samples }, (_, i) => {
    if (i % 1600 === 0) tone = stream.uniform(0.02, 1);
    return 0.5 * Math.sin(tone * i) + 0.01 * stream.normal();
  });
}

export const item = (waveform: Float32Array, name = 'melody'): AudioItem => waveformItem(waveform, { name });
