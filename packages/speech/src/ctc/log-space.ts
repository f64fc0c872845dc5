/** ln(e^a + e^b) */
export function logAdd(a: number, b: number): number {
  const [high, low] = a > b ? [a, b] : [b, a];
  return low === -Infinity ? high : high + Math.log1p(Math.exp(low - high));
}

/** Logarithms of the probabilities of one frame, (V); undefined for NaN or a frame without a finite logit. */
export function logSoftmax(logits: Float32Array): Float64Array | undefined {
  const highest = logits.reduce((a, b) => Math.max(a, b), -Infinity);
  const normaliser = highest + Math.log(logits.reduce((sum, logit) => sum + Math.exp(logit - highest), 0));
  return Number.isFinite(normaliser) ? Float64Array.from(logits, (logit) => logit - normaliser) : undefined;
}
