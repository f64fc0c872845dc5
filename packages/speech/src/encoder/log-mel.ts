import { conv1d } from '@d2v/core';
import {
  add,
  log,
  matMul,
  reshape,
  slice,
  square,
  tensor2d,
  tensor3d,
  tidy,
  type Tensor2D,
  type Tensor3D,
} from '@tensorflow/tfjs-core';
import { sampleRate } from '../audio/format.js';
import { melFilters } from '../audio/mel.js';

/** Bands of the mel scale that a frame is described by. */
export const melBands = 40;

/** Added to the energies: what a band of an utterance of unit variance has some 50 dB below its level. */
const FLOOR = 1e-2;

/**
 * The log energy of each frame in `melBands` bands: Hann windows of what a frame of the extractor sees, their Fourier
 * transform as a convolution, power, mel filters, logarithm.
 *
 * @param waveforms (B, N), 16 kHz
 * @param window samples of a frame: the extractor's receptive field
 * @param stride samples from one frame to the next
 * @returns (B, T, melBands)
 */
export function logMelFrames(waveforms: Tensor2D, window: number, stride: number): Tensor3D {
  return tidy(() => {
    const [rows, steps] = waveforms.shape;
    const bins = Math.floor(window / 2) + 1;
    const spectrum = conv1d(reshape(waveforms, [rows, steps, 1]), fourierBasis(window, bins), stride);
    const frames = spectrum.shape[1];
    const squares = reshape(square(spectrum), [rows * frames, 2 * bins]);
    const power = add(slice(squares, [0, 0], [-1, bins]), slice(squares, [0, bins], [-1, bins])) as Tensor2D;
    const energies = matMul(power, filters(bins, sampleRate / window), false, true);
    return reshape(log(add(energies, FLOOR)), [rows, frames, melBands]);
  });
}

/** Cosines, then sines, under a Hann window: (window, 1, 2·bins). */
function fourierBasis(window: number, bins: number): Tensor3D {
  const values = new Float32Array(window * 2 * bins);
  for (let n = 0; n < window; n++) {
    const hann = 0.5 - 0.5 * Math.cos((2 * Math.PI * n) / window);
    for (let k = 0; k < bins; k++) {
      const angle = (2 * Math.PI * k * n) / window;
      values[2 * bins * n + k] = hann * Math.cos(angle);
      values[2 * bins * n + bins + k] = hann * Math.sin(angle);
    }
  }
  return tensor3d(values, [window, 1, 2 * bins]);
}

/** (melBands, bins) */
function filters(bins: number, hertzPerBin: number): Tensor2D {
  return tensor2d(
    melFilters({ bands: melBands, bins, hertzPerBin }).map((filter) => Array.from(filter)),
    [melBands, bins],
  );
}
