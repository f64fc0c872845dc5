import { slice, type NamedTensorMap, type Tensor, type Tensor2D, type Tensor3D } from '@tensorflow/tfjs-core';
import { blockParameters, type AttentionInputs, type BlockOutput } from '../backbone/block.js';
import { dropPathRates, runBlocks } from '../backbone/blocks.js';
import type { BackboneConfig } from '../backbone/config.js';
import { dropout } from '../ops/dropout.js';
import { layerNorm } from '../ops/layer-norm.js';
import { within, type ParameterSpec, type ParameterSpecs, type Weights } from '../weights/parameter.js';
import { Scope } from '../weights/scope.js';
import type { Context } from './context.js';
import type { Encoder } from './encoder.js';
import { wholeSequence, type Sequence } from './sequence.js';
import type { Features } from './task.js';

/** What the blocks make of a sequence. */
export interface NetworkOutput {
  /** (N, E + V, D) after the last block and the final norm, extra tokens first. */
  readonly x: Tensor3D;
  /** The shared blocks' results, first to last. */
  readonly blocks: readonly BlockOutput[];
}

/**
 * Encoder + backbone: raw tensors in, contextualised tokens out (reference: data2vec2.md §2).
 *
 * Parameters: `encoder.*` (the modality's own, its tokens, context norm and prenet blocks), `blocks.*`, `norm.*`.
 */
export class Network {
  readonly parameters: ParameterSpecs;
  readonly #dropPath: { prenet: number[]; shared: number[] };

  constructor(
    readonly encoder: Encoder,
    readonly config: BackboneConfig,
  ) {
    this.parameters = networkParameters(encoder, config);
    this.#dropPath = dropPathRates(config);
  }

  /** Raw tensors → (B, T, D). */
  localFeatures(weights: Weights, inputs: NamedTensorMap, context: Context): Tensor3D {
    return this.encoder.localFeatures(new Scope(weights, 'encoder'), inputs, {
      ...context,
      noise: context.noise?.fork('local'),
    });
  }

  /** Context norm, prenet blocks, shared blocks, final norm. */
  forward(weights: Weights, sequence: Sequence, context: Context): NetworkOutput {
    const p = new Scope(weights);
    const { config } = this;
    const within = (name: string): Context => ({ ...context, noise: context.noise?.fork(name) });
    const blocks: BlockOutput[] = [];

    let x = this.encoder.contextNorm ? norm(p.at('encoder.norm'), sequence.x, config) : sequence.x;
    x = dropout(x, config.dropout.context, context, 'context');
    x = runBlocks(
      p.at('encoder.blocks'),
      x,
      this.#attention(p, sequence, 'encoder.blocks'),
      { config, dropPath: this.#dropPath.prenet, layerDrop: config.prenetLayerDrop },
      within('prenet'),
    );
    x = dropout(x, config.dropout.input, context, 'input');
    x = runBlocks(
      p.at('blocks'),
      x,
      this.#attention(p, sequence, 'blocks'),
      {
        config,
        dropPath: this.#dropPath.shared,
        layerDrop: config.layerDrop,
        collect: (_, output) => blocks.push(output),
      },
      within('shared'),
    );
    return { x: config.finalNorm ? norm(p.at('norm'), x, config) : x, blocks };
  }

  /** Evaluation: the whole input, nothing masked, nothing dropped. */
  features(weights: Weights, inputs: NamedTensorMap, real?: Tensor2D, context: Context = {}): Features & NetworkOutput {
    const local = this.localFeatures(weights, inputs, context);
    const sequence = wholeSequence(this.encoder, new Scope(weights, 'encoder'), local, real);
    const output = this.forward(weights, sequence, context);
    const { count } = this.encoder.extraTokens;
    return {
      ...output,
      tokens: this.withoutExtra(output.x),
      ...(count > 0 ? { extra: slice(output.x, [0, 0, 0], [-1, count, -1]) } : {}),
      ...(real ? { real } : {}),
    };
  }

  /** (N, E + T, D) → (N, T, D). */
  withoutExtra(x: Tensor3D): Tensor3D {
    const { count } = this.encoder.extraTokens;
    return count === 0 ? x : slice(x, [0, count, 0], [-1, -1, -1]);
  }

  #attention(p: Scope, sequence: Sequence, blocks: string): (index: number) => AttentionInputs {
    const { keyMask, attentionBias } = sequence;
    if (!attentionBias) return () => ({ keyMask });
    if (this.config.attentionBias === 'perBlock') {
      return (i) => ({ keyMask, bias: attentionBias(p.at(`${blocks}.${i}.attn`)) });
    }
    let shared: Tensor | undefined;
    return () => ({ keyMask, bias: (shared ??= attentionBias(p.at('encoder'))) });
  }
}

function norm(p: Scope, x: Tensor3D, { normEpsilon }: BackboneConfig): Tensor3D {
  return layerNorm(x, normEpsilon, p.get('weight'), p.get('bias'));
}

function networkParameters(encoder: Encoder, config: BackboneConfig): ParameterSpecs {
  const { dim, depth, prenetDepth } = config;
  const { count, init } = encoder.extraTokens;
  const tokens: ParameterSpec = { shape: [1, count, dim], init, decay: false };
  const bias = encoder.positions.attentionBias?.parameters ?? {};
  const perBlock = config.attentionBias === 'perBlock';
  const blocks = (prefix: string, from: number, to: number): ParameterSpecs =>
    Object.assign(
      {},
      ...Array.from({ length: to - from }, (_, i) => ({
        ...within(`${prefix}.${i}`, blockParameters(config, from + i + 1)),
        ...(perBlock ? within(`${prefix}.${i}.attn`, bias) : {}),
      })),
    );
  return {
    ...within('encoder', encoder.parameters),
    ...(perBlock ? {} : within('encoder', bias)),
    ...(count > 0 ? { 'encoder.extra_tokens': tokens } : {}),
    ...(encoder.contextNorm ? normParameters('encoder.norm', dim) : {}),
    ...blocks('encoder.blocks', 0, prenetDepth),
    ...blocks('blocks', prenetDepth, prenetDepth + depth),
    ...(config.finalNorm ? normParameters('norm', dim) : {}),
  };
}

function normParameters(name: string, dim: number): ParameterSpecs {
  return {
    [`${name}.weight`]: { shape: [dim], init: { kind: 'ones' } },
    [`${name}.bias`]: { shape: [dim], init: { kind: 'zeros' } },
  };
}
