import { dropout, linear, type Context, type Features, type ParameterSpecs, type Scope } from '@d2v/core';
import {
  div,
  expandDims,
  mean,
  mul,
  reshape,
  slice,
  sum,
  tanh,
  type Tensor,
  type Tensor2D,
} from '@tensorflow/tfjs-core';
import { z } from 'zod';

/** Options of a head on a whole text (reference: data2vec1.md §5.6). */
export const headFields = {
  pooling: z
    .enum(['first', 'mean'])
    .default('first')
    .describe('first: the features of <s>; mean: of all tokens, padding left out.'),
  dropout: z.number().min(0).max(1).default(0).describe('Before each of the two layers.'),
};

export type HeadOptions = z.output<z.ZodObject<typeof headFields>>;

/** RoBERTa's head: dense, tanh, out. */
export function headParameters(dim: number, outputs: number): ParameterSpecs {
  const layer = (name: string, out: number): ParameterSpecs => ({
    [`${name}.weight`]: { shape: [dim, out], init: { kind: 'normal', std: 0.02 } },
    [`${name}.bias`]: { shape: [out], init: { kind: 'zeros' } },
  });
  return { ...layer('dense', dim), ...layer('out_proj', outputs) };
}

/** (B, outputs). */
export function headForward(p: Scope, features: Features, options: HeadOptions, context: Context): Tensor2D {
  const pooled = dropout(pool(features, options.pooling), options.dropout, context, 'pooled');
  const hidden = tanh(linear(pooled, p.get('dense.weight'), p.get('dense.bias')));
  return linear(dropout(hidden, options.dropout, context, 'hidden'), p.get('out_proj.weight'), p.get('out_proj.bias'));
}

function pool({ tokens, real }: Features, pooling: HeadOptions['pooling']): Tensor2D {
  const [rows, , dim] = tokens.shape;
  if (pooling === 'first') return reshape(slice(tokens, [0, 0, 0], [rows, 1, dim]), [rows, dim]);
  if (!real) return mean(tokens, 1) as Tensor2D;
  const total: Tensor = sum(mul(tokens, expandDims(real, 2)), 1);
  return div(total, sum(real, 1, true));
}
