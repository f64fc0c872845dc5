import { loadBackend } from '@d2v/core/node';
import type { Weights } from '@d2v/core';
import type { SampleSource } from '../data/source.js';
import type { RunEvent, RunResult } from '../trainer/events.js';
import { Run, type EventListener } from '../trainer/run.js';
import { runSession } from '../trainer/session.js';
import { modelOf, pretrainSchema, readRunConfig, sourceOf, type ResolveOptions } from './resolve.js';

export interface PretrainOptions extends ResolveOptions {
  /** The run folder; made, or gone on with. */
  readonly out: string;
  /** Weights to start from, by parameter name; the rest is drawn. */
  readonly start?: Weights;
  /** Stops after the update in progress, with a checkpoint. */
  readonly signal?: AbortSignal;
  readonly onEvent?: EventListener;
}

/**
 * Pre-trains a model without labels. The run is resumable: the same call goes on with what its folder holds.
 *
 * @throws ConfigError, SampleError, CheckpointError, BackendError, CollapseError, NotFiniteError when awaited
 */
export function pretrain(options: PretrainOptions): Run {
  return new Run(events(options), options.onEvent);
}

async function* events(options: PretrainOptions): AsyncGenerator<RunEvent, RunResult> {
  const { raw, plugin } = await readRunConfig(options);
  const config = raw.parse(pretrainSchema(plugin));
  const { description } = await loadBackend(config.backend);
  yield { type: 'backend', description };
  const { network, objective, parameters } = modelOf(plugin, config);
  const train = await sourceOf(plugin, config, 'train', 'pretrain', options.data);
  let validation: SampleSource | undefined;
  try {
    if (options.data?.validation ?? config.data.validation) {
      validation = await sourceOf(plugin, config, 'validation', 'evaluate', options.data);
    }
    return yield* runSession({
      ...options,
      config,
      encoder: network.encoder,
      objective,
      specs: { network: network.parameters, all: parameters },
      train,
      validation,
    });
  } finally {
    await train.close();
    await validation?.close();
  }
}
