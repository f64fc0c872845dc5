import { ConfigError, type Network, type Weights } from '@d2v/core';
import type { LoadedRun } from './load-run.js';

/** Where a fine-tuning starts: tensors of the source run by their new names, and what is drawn anew. */
export interface Start {
  /** References to the run's tensors: they live as long as the run. */
  readonly weights: Weights;
  /** Parameters of the network that the run does not have. */
  readonly fresh: readonly string[];
}

/**
 * The run's weights under the names of another network of its shape. Where the run shares its attention bias and
 * `network` has one set per block, every block gets the shared one (reference: data2vec1.md §3.6).
 *
 * @throws ConfigError naming a parameter whose shape differs
 */
export function startWeights({ network: source, weights, path }: LoadedRun, network: Network): Start {
  const fresh: string[] = [];
  const start: Record<string, Weights[string]> = {};
  const split = source.config.attentionBias === 'shared' && network.config.attentionBias === 'perBlock';
  for (const [name, { shape, trainable }] of Object.entries(network.parameters)) {
    const tensor = weights[name] ?? (split ? weights[sharedName(name)] : undefined);
    const fits = tensor?.shape.join() === shape.join();
    if (tensor && fits) start[name] = tensor;
    else if (!tensor) fresh.push(name);
    else if (trainable !== false) {
      throw new ConfigError(`'${name}' is (${shape.join(', ')}) here, but (${tensor.shape.join(', ')}) in ${path}`, {
        key: name.startsWith('encoder.') ? 'encoder' : 'backbone',
        hint: 'leave encoder and backbone as the run has them, except for dropout, drop path and the attention bias',
      });
    }
  }
  return { weights: start, fresh };
}

/** `blocks.3.attn.relative_bias`, `encoder.blocks.0.attn.relative_bias` → `encoder.relative_bias`. */
function sharedName(name: string): string {
  return name.replace(/^(?:encoder\.)?blocks\.\d+\.attn\./, 'encoder.');
}
