/**
 * Layer-wise learning-rate decay of fine-tuning: the further a parameter is from the head, the slower it learns.
 *
 * - `beit` (data2vec 1; reference: data2vec1.md §3.6): with L blocks, scale = rate^(L + 1 − id); the embedding
 *   (patches, tokens, positions) has id 0, block i has id i + 1, everything else L + 1, that is scale 1.
 * - `data2vec2` (reference: data2vec2.md §8.1): only blocks are scaled, block i of n − 1 by rate^(n − (i + 1));
 *   embedding, norms and head learn at the full rate.
 */
export type LayerDecayRule = 'beit' | 'data2vec2';

/**
 * Parameter name → learning-rate scale. Blocks are counted over the encoder's own (`encoder.blocks.j`, the prenet)
 * and then the shared ones (`blocks.i`).
 */
export function layerDecayScales(
  names: readonly string[],
  rule: LayerDecayRule,
  rate: number,
): Readonly<Record<string, number>> {
  const prenet = count(names, PRENET);
  const blocks = prenet + count(names, SHARED);
  const scaleOf = (name: string): number => {
    const own = PRENET.exec(name)?.[1];
    const shared = SHARED.exec(name)?.[1];
    if (own !== undefined) return rate ** (blocks - Number(own));
    if (shared !== undefined) return rate ** (blocks - prenet - Number(shared));
    return rule === 'beit' && isEmbedding(name) ? rate ** (blocks + 1) : 1;
  };
  return Object.fromEntries(names.map((name) => [name, scaleOf(name)]));
}

const PRENET = /^encoder\.blocks\.(\d+)\./;
const SHARED = /^blocks\.(\d+)\./;
const TOKENS = /(^|\.)(cls_token|mask_token|extra_tokens|positions)$/;
/** A bias table that all blocks share sits in the encoder but acts in every block: it learns at the full rate. */
const BIAS_TABLE = /relative_bias|relative_position|alibi_scale/;

function isEmbedding(name: string): boolean {
  return TOKENS.test(name) || (name.startsWith('encoder.') && !BIAS_TABLE.test(name));
}

function count(names: readonly string[], pattern: RegExp): number {
  const indices = names.map((name) => pattern.exec(name)?.[1]).filter((index) => index !== undefined);
  return indices.length === 0 ? 0 : Math.max(...indices.map(Number)) + 1;
}
