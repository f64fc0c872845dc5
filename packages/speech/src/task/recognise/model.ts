import { ConfigError, type Network, type Task, type TrainedModel, type Weights } from '@d2v/core';
import { encoderSchema } from '../../encoder/config.js';
import type { ConvLayer } from '../../encoder/lengths.js';
import { transformSchema } from '../../transform/options.js';
import type { Vocabulary } from '../../vocabulary/index.js';
import { ctcSchema } from '../ctc.js';
import { ctcVocabulary } from '../ctc-vocabulary.js';

/** A recogniser: a network with a CTC head, and what its outputs stand for. */
export interface CtcModel {
  readonly network: Network;
  /** Parameters of the network, and of the head as `head.*`. */
  readonly weights: Weights;
  readonly head: Task;
  readonly vocabulary: Vocabulary;
  /** Layers of the extractor, which decide what a frame is. */
  readonly layers: readonly ConvLayer[];
  /** Whether waveforms are brought to mean 0 and variance 1. */
  readonly normalise: boolean;
}

/**
 * The recogniser of a fine-tuned run, whose weights it refers to.
 *
 * @param plugin name of the plugin whose runs these are
 * @throws ConfigError when the run is not one of speech fine-tuned with the task `ctc`
 */
export function ctcModel(model: TrainedModel, plugin = '@d2v/speech'): CtcModel {
  const { path, network, weights, task, classes, encoder, transform } = model;
  if (model.plugin.name !== plugin || task?.name !== 'ctc') {
    const what = model.plugin.name !== plugin ? `is of ${model.plugin.name}` : `has ${task ? `the task '${task.name}'` : 'no head'}`; // prettier-ignore
    throw new ConfigError(`${path} cannot transcribe: it ${what}`, {
      key: 'task',
      hint: `name a run of ${plugin} that was fine-tuned with task: { name: ctc }`,
    });
  }
  return {
    network,
    weights,
    head: task.head,
    vocabulary: ctcVocabulary(ctcSchema.parse(task.options), classes ?? []),
    layers: encoderSchema.parse(encoder).extractor.layers,
    normalise: transformSchema.parse(transform).normalise,
  };
}
