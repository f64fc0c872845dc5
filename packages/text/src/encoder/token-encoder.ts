import {
  ConfigError,
  convDecoder1d,
  dropout,
  embedding,
  layerNorm,
  randomMask,
  type BackboneShape,
  type Context,
  type Decoder,
  type DecoderOptions,
  type Encoder,
  type HostBatch,
  type HostTensors,
  type MaskedSample,
  type ParameterSpecs,
  type Positions,
  type RandomStream,
  type Scope,
} from '@d2v/core';
import {
  add,
  cast,
  expandDims,
  mul,
  notEqual,
  scalar,
  sub,
  tensor2d,
  type NamedTensorMap,
  type Tensor2D,
  type Tensor3D,
} from '@tensorflow/tfjs-core';
import { bertMask, type BertMask } from '../mask/bert-mask.js';
import type { TextSample } from '../sample.js';
import { scaledAlibi } from './alibi.js';
import { collateTokens, type TextBatch } from './collate.js';
import { maskTokenOf, randomToken, type EncoderConfig } from './config.js';
import { bertInitialised } from './decoder-init.js';
import { sinusoidalPositions } from './sinusoidal.js';

/**
 * Text as a sequence of token ids: embedding + position, layer norm, dropout (reference: data2vec1.md §5.2,
 * data2vec2.md §2.1).
 *
 * Input tensor `ids` (B, T) int32, padded on the right.
 *
 * data2vec 1 masks ids before they are embedded; its teacher sees the full text, as the paper says and data2vec 2's code
 * does. (fairseq's released task hands the teacher the labels of masked language modelling instead, in which all but the
 * masked tokens are padding; reference: data2vec1.md §5.4.)
 */
export class TokenEncoder implements Encoder<TextSample> {
  readonly parameters: ParameterSpecs;
  readonly extraTokens: Encoder['extraTokens'];
  readonly contextNorm: boolean;
  readonly positions: Positions;
  readonly #maskToken: number;
  readonly #sinusoidal: Float32Array | undefined;

  /** @throws ConfigError when an id lies outside the table, or BERT's shares exceed 1 */
  constructor(
    readonly config: EncoderConfig,
    readonly shape: BackboneShape,
  ) {
    const { vocabulary, maxTokens, padding, alibi, extraTokens } = config;
    this.#maskToken = checkIds(config);
    this.extraTokens = { count: extraTokens, init: { kind: 'zeros' } };
    this.contextNorm = config.contextNorm;
    this.positions = alibi ? { attentionBias: scaledAlibi(shape.heads, { extraTokens, alibi }) } : {};
    const table = (rows: number): ParameterSpecs[string] => ({
      shape: [rows, shape.dim],
      init: { kind: 'normal', std: 0.02, zeroRow: padding },
    });
    this.parameters = {
      'local.embed_tokens.weight': table(vocabulary),
      // Positions count from padding + 1 on; the rows before stand for padding and for nothing.
      ...(config.positions === 'learned' && { 'local.embed_positions.weight': table(maxTokens + padding + 1) }),
      ...(config.embeddingNorm && {
        'local.norm.weight': { shape: [shape.dim], init: { kind: 'ones' } },
        'local.norm.bias': { shape: [shape.dim], init: { kind: 'zeros' } },
      }),
    };
    if (config.positions === 'sinusoidal') this.#sinusoidal = sinusoidalPositions(maxTokens, shape.dim, padding + 1);
  }

  /** @throws SampleError for a sequence that is empty, too long, or holds padding or an id beyond the table */
  collate(samples: readonly TextSample[]): TextBatch {
    return collateTokens(samples, this.config);
  }

  localFeatures(p: Scope, inputs: NamedTensorMap, context: Context): Tensor3D {
    const { padding, scaleEmbedding, embeddingNorm, normEpsilon, zeroPadding } = this.config;
    const ids = inputs.ids as Tensor2D;
    const real = cast(notEqual(ids, padding), 'float32') as Tensor2D;
    const tokens = embedding(p.get('local.embed_tokens.weight'), ids, padding);
    let x = this.#withPositions(p, scaleEmbedding ? mul(tokens, Math.sqrt(this.shape.dim)) : tokens, real);
    if (embeddingNorm) x = layerNorm(x, normEpsilon, p.get('local.norm.weight'), p.get('local.norm.bias'));
    x = dropout(x, this.config.dropout, context, 'embedding');
    return zeroPadding ? mul(x, expandDims(real, 2)) : x;
  }

  /** data2vec 2 hides an exact share of all positions; data2vec 1 draws among real tokens. */
  drawMask(tokens: number, stream: RandomStream, sample?: MaskedSample): Uint8Array {
    const { mask } = this.config;
    return mask.strategy === 'random'
      ? randomMask(tokens, mask.ratio, stream)
      : this.#bert(tokens, stream, sample).masked;
  }

  /** The ids with random tokens in some of the selected places that are not masked. */
  corruptInputs(batch: HostBatch, streams: (row: number) => RandomStream): HostTensors {
    const { mask } = this.config;
    if (mask.strategy !== 'bert' || mask.random === 0) return {};
    const { data, shape } = batch.inputs.ids!;
    const ids = Int32Array.from(data);
    for (let row = 0; row < batch.size; row++) {
      const length = batch.lengths?.[row] ?? batch.tokens;
      const { random } = this.#bert(length, streams(row), { batch, row });
      const words = streams(row).fork('random tokens');
      random.forEach((replaced, t) => {
        if (!replaced) return;
        ids[row * batch.tokens + t] = randomToken(this.config, words);
      });
    }
    return { ids: { data: ids, shape } };
  }

  maskInputs(inputs: NamedTensorMap, mask: Tensor2D): NamedTensorMap {
    const hidden = cast(mask, 'int32');
    const kept = mul(inputs.ids!, sub(scalar(1, 'int32'), hidden));
    return { ...inputs, ids: add(kept, mul(hidden, scalar(this.#maskToken, 'int32'))) };
  }

  decoder(options: DecoderOptions): Decoder {
    return bertInitialised(convDecoder1d(options));
  }

  #bert(tokens: number, stream: RandomStream, sample?: MaskedSample): BertMask {
    const { mask } = this.config;
    if (mask.strategy !== 'bert') throw new ConfigError('the mask strategy is not bert', { key: 'encoder.mask' });
    if (!mask.wholeWords) return bertMask(tokens, mask, stream);
    return bertMask(tokens, mask, stream, wordStarts(tokens, sample));
  }

  #withPositions(p: Scope, x: Tensor3D, real: Tensor2D): Tensor3D {
    const { positions, padding } = this.config;
    if (positions === 'none') return x;
    const tokens = real.shape[1];
    if (this.#sinusoidal) {
      const table = tensor2d(this.#sinusoidal.subarray(0, tokens * this.shape.dim), [tokens, this.shape.dim]);
      return add(x, mul(expandDims(real, 2), table));
    }
    // Padding is on the right, so a real token's position is its place in the row; padding's is the padding id.
    const place = tensor2d(
      Float32Array.from({ length: tokens }, (_, t) => t + 1),
      [1, tokens],
    );
    const rows = cast(add(mul(real, place), padding), 'int32') as Tensor2D;
    return add(x, embedding(p.get('local.embed_positions.weight'), rows, padding));
  }
}

/** Where words begin in the row that a mask is drawn for; every token is a word where that is not known. */
function wordStarts(tokens: number, sample?: MaskedSample): Uint8Array {
  if (!sample) return new Uint8Array(tokens).fill(1); // a report draws masks without a text
  const { batch, row } = sample;
  const { wordStarts: starts } = batch as TextBatch;
  if (starts) return starts.subarray(row * batch.tokens, row * batch.tokens + tokens);
  throw new ConfigError('encoder.mask.wholeWords needs to know where words begin, which these samples do not say', {
    key: 'encoder.mask.wholeWords',
    hint: 'give samples `wordStarts`, as every reader and transform of @d2v/text does',
  });
}

/** @returns the id of `<mask>` */
function checkIds(config: EncoderConfig): number {
  const { vocabulary, padding, mask } = config;
  const maskToken = maskTokenOf(config);
  for (const [key, id] of Object.entries({ padding, maskToken })) {
    if (id < vocabulary) continue;
    throw new ConfigError(`encoder.${key} is ${id}, but the table has ${vocabulary} rows`, { key: `encoder.${key}` });
  }
  if (config.specialTokens > vocabulary - 2) {
    throw new ConfigError(`encoder.specialTokens is ${config.specialTokens}, of ${vocabulary} ids in all`, {
      key: 'encoder.specialTokens',
    });
  }
  if (mask.strategy === 'bert' && mask.leave + mask.random > 1) {
    throw new ConfigError(`encoder.mask: leave and random are ${mask.leave} and ${mask.random}, more than 1 together`, {
      key: 'encoder.mask.random',
    });
  }
  return maskToken;
}
