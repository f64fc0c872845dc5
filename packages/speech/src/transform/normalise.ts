/** Added to the variance (reference: data2vec1.md §4.1). */
const epsilon = 1e-5;

/** An utterance with mean 0 and variance 1, in place: (x − μ) / √(σ² + 1e-5), biased variance. Silence becomes 0. */
export function normalise(waveform: Float32Array): Float32Array {
  let sum = 0;
  for (const value of waveform) sum += value;
  const mean = sum / waveform.length;
  let squares = 0;
  for (const value of waveform) squares += (value - mean) ** 2;
  const scale = 1 / Math.sqrt(squares / waveform.length + epsilon);
  for (let i = 0; i < waveform.length; i++) waveform[i] = (waveform[i]! - mean) * scale;
  return waveform;
}
