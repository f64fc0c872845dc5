import { z } from 'zod';

const rate = () => z.number().min(0).max(1);

/** The Transformer that every modality shares (reference: data2vec1.md §3.1, data2vec2.md §2.2). */
export const backboneSchema = z.strictObject({
  dim: z.number().int().positive().default(768).describe('Width D of the tokens.'),
  depth: z.number().int().positive().default(12).describe('Shared blocks; their outputs make the targets.'),
  prenetDepth: z
    .number()
    .int()
    .min(0)
    .default(0)
    .describe('Blocks before the shared ones that belong to the modality.'),
  heads: z.number().int().positive().default(12).describe('Attention heads; must divide dim.'),
  mlpRatio: z.number().positive().default(4).describe('Width of the MLP as a multiple of dim.'),
  norm: z
    .enum(['post', 'pre'])
    .default('post')
    .describe('Layer norm after each residual (post) or before each branch (pre).'),
  normEpsilon: z.number().positive().default(1e-6).describe('ε of every layer norm.'),
  finalNorm: z.boolean().default(false).describe('Layer norm after the last block.'),
  qkvBias: z.enum(['full', 'noKey', 'none']).default('full').describe('Bias of the query, key and value projection.'),
  layerScale: z
    .number()
    .positive()
    .nullable()
    .default(null)
    .describe('Initial gain of each residual branch; null: none. Pre-norm only.'),
  attentionBias: z
    .enum(['shared', 'perBlock'])
    .default('shared')
    .describe("Whether blocks share the encoder's attention bias parameters."),
  initialisation: z
    .enum(['bert', 'beit'])
    .default('bert')
    .describe('bert: normal σ 0.02; beit: truncated, output projections scaled by 1/√(2·block).'),
  dropout: z
    .strictObject({
      input: rate().default(0).describe('Before the shared blocks.'),
      context: rate().default(0).describe('Before the first block, after the context norm.'),
      attention: rate().default(0).describe('On attention probabilities.'),
      projection: rate().default(0).describe("After attention's output projection."),
      activation: rate().default(0).describe('After GELU.'),
      mlp: rate().default(0).describe("After the MLP's second layer, part of the target."),
      residual: rate().default(0).describe('Before the second residual, not part of the target.'),
    })
    .prefault({})
    .describe('Dropout rates.'),
  dropPath: rate().default(0).describe('Largest drop path rate; blocks ramp up to it linearly.'),
  layerDrop: rate().default(0).describe('Chance that an update skips a shared block.'),
  prenetLayerDrop: rate().default(0).describe('Chance that an update skips a prenet block.'),
});

export type BackboneConfig = z.infer<typeof backboneSchema>;
