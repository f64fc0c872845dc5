import { ConfigError } from '../errors.js';
import type { RandomStream } from '../random/stream.js';

/**
 * Independent tokens (reference: data2vec2.md §3.4): each draws a uniform score, and the V = ⌊tokens·(1 − maskProb)⌋
 * lowest stay visible; of equal scores the earlier token. V is rounded as in double precision.
 *
 * @returns (tokens), 1 = masked
 * @throws ConfigError unless maskProb is in [0, 1]
 */
export function randomMask(tokens: number, maskProb: number, stream: RandomStream): Uint8Array {
  if (!(maskProb >= 0 && maskProb <= 1)) {
    throw new ConfigError(`randomMask: maskProb must be in [0, 1], got ${maskProb}`, { key: 'maskProb' });
  }
  const visible = Math.floor(tokens * (1 - maskProb));
  const mask = new Uint8Array(tokens).fill(1);
  if (visible === 0) return mask;
  const scores = Float64Array.from(mask, () => stream.uniform());
  const highest = scores.toSorted()[visible - 1]!;
  let ties = visible - scores.filter((score) => score < highest).length;
  scores.forEach((score, token) => {
    if (score < highest || (score === highest && ties-- > 0)) mask[token] = 0;
  });
  return mask;
}
