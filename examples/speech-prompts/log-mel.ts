// A baseline without a network: mean and standard deviation of each mel band's log energy over a recording.
import { melFilters, sampleRate, type AudioItem } from '@d2v/speech';
import type { Dataset } from '@d2v/core';
import type { FeatureSet } from '@d2v/train';

/** Samples of a window (25 ms) and from one to the next (10 ms). */
const [WINDOW, HOP] = [400, 160];
/** Points of the Fourier transform. */
const POINTS = 512;
const BANDS = 40;

/** Statistics of every recording of a dataset: (N, 2·BANDS). */
export async function logMelFeatures(dataset: Dataset<AudioItem>): Promise<FeatureSet> {
  const [size, dim] = [dataset.size, 2 * BANDS];
  const features = new Float32Array(size * dim);
  for (let i = 0; i < size; i++) {
    features.set(logMelStatistics(await (await dataset.read(i)).waveform()), i * dim);
  }
  const indices = Array.from({ length: size }, (_, i) => i);
  return {
    features,
    size,
    dim,
    names: indices.map((i) => dataset.name(i)),
    ...(dataset.label && { labels: Int32Array.from(indices, (i) => dataset.label!(i)) }),
    ...(dataset.classes && { classes: dataset.classes }),
  };
}

/** Means of the log energies, then their standard deviations. */
export function logMelStatistics(waveform: Float32Array): Float32Array {
  const frames = Math.max(1, Math.floor((waveform.length - WINDOW) / HOP) + 1);
  const [sums, squares] = [new Float64Array(BANDS), new Float64Array(BANDS)];
  for (let t = 0; t < frames; t++) {
    const power = powerSpectrum(waveform.subarray(t * HOP, t * HOP + WINDOW));
    FILTERS.forEach((filter, band) => {
      let energy = 0;
      for (let k = 0; k < filter.length; k++) energy += filter[k]! * power[k]!;
      const level = Math.log(energy + 1e-10);
      sums[band]! += level;
      squares[band]! += level * level;
    });
  }
  return Float32Array.from({ length: 2 * BANDS }, (_, i) => {
    const mean = sums[i % BANDS]! / frames;
    return i < BANDS ? mean : Math.sqrt(Math.max(0, squares[i - BANDS]! / frames - mean * mean));
  });
}

const HANN = Float64Array.from({ length: WINDOW }, (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / WINDOW));

/** |X(k)|², k in [0, POINTS/2], of up to WINDOW samples. */
function powerSpectrum(samples: Float32Array): Float64Array {
  const [re, im] = [new Float64Array(POINTS), new Float64Array(POINTS)];
  samples.forEach((value, i) => (re[i] = value * HANN[i]!));
  fourier(re, im);
  return Float64Array.from({ length: POINTS / 2 + 1 }, (_, k) => re[k]! ** 2 + im[k]! ** 2);
}

const COSINES = Float64Array.from({ length: POINTS / 2 }, (_, k) => Math.cos((2 * Math.PI * k) / POINTS));
const SINES = Float64Array.from({ length: POINTS / 2 }, (_, k) => Math.sin((2 * Math.PI * k) / POINTS));

/** Fast Fourier transform in place (Cooley and Tukey, radix 2) of POINTS values. */
function fourier(re: Float64Array, im: Float64Array): void {
  const n = re.length;
  for (let i = 1, j = 0; i < n; i++) {
    let bit = n >> 1;
    for (; j & bit; bit >>= 1) j ^= bit;
    j ^= bit;
    if (i < j) [re[i], re[j], im[i], im[j]] = [re[j]!, re[i]!, im[j]!, im[i]!];
  }
  for (let size = 2; size <= n; size *= 2) {
    const step = n / size;
    for (let start = 0; start < n; start += size) {
      for (let k = 0; k < size / 2; k++) {
        const a = start + k;
        const b = a + size / 2;
        const x = re[b]! * COSINES[k * step]! + im[b]! * SINES[k * step]!;
        const y = im[b]! * COSINES[k * step]! - re[b]! * SINES[k * step]!;
        re[b] = re[a]! - x;
        im[b] = im[a]! - y;
        re[a]! += x;
        im[a]! += y;
      }
    }
  }
}

const FILTERS = melFilters({ bands: BANDS, bins: POINTS / 2 + 1, hertzPerBin: sampleRate / POINTS });
