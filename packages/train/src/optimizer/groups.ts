import { trainableNames, type ParameterSpec, type ParameterSpecs } from '@d2v/core';
import { layerDecayScales } from './layer-decay.js';
import type { OptimizerConfig } from './schema.js';

/** How the optimizer treats one parameter. */
export interface ParameterGroup {
  /** Multiplies the learning rate. */
  readonly scale: number;
  /** Whether weight decay applies. */
  readonly decay: boolean;
  /** Whether it started to learn after the first update: its moments count from there. */
  readonly late?: boolean;
}

/** Parameter name → its treatment. */
export type ParameterGroups = Readonly<Record<string, ParameterGroup>>;

/**
 * Parameter groups of a recipe: who decays, and at which share of the learning rate each parameter that is trained
 * learns.
 *
 * `decay: matrices` follows data2vec 2's intention (reference: data2vec2.md §7.3): no decay for rank < 2 and for what
 * its specification excepts; `decay: all` follows fairseq's data2vec 1, which decays biases and norms too.
 */
export function parameterGroups(
  specs: ParameterSpecs,
  config: Pick<OptimizerConfig, 'decay' | 'layerDecay' | 'decoderScale' | 'headScale'>,
): ParameterGroups {
  const names = Object.keys(specs);
  const { layerDecay } = config;
  const byLayer = layerDecay ? layerDecayScales(names, layerDecay.rule, layerDecay.rate) : {};
  return Object.fromEntries(
    trainableNames(specs).map((name) => {
      const part = name.startsWith('decoder.') ? config.decoderScale : name.startsWith('head.') ? config.headScale : 1;
      return [name, { scale: part * (byLayer[name] ?? 1), decay: config.decay === 'all' || decays(specs[name]!) }];
    }),
  );
}

function decays(spec: ParameterSpec): boolean {
  return spec.decay ?? spec.shape.length >= 2;
}
