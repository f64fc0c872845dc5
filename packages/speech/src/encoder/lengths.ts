/** A layer of the extractor. */
export type ConvLayer = [channels: number, kernel: number, stride: number];

/** Samples that one frame sees: 400 for the published layers (reference: data2vec1.md §4.2). */
export function receptiveField(layers: readonly ConvLayer[]): number {
  return layers.reduceRight((field, [, kernel, stride]) => (field - 1) * stride + kernel, 1);
}

/** Samples from one frame to the next: 320 for the published layers. */
export function frameStride(layers: readonly ConvLayer[]): number {
  return layers.reduce((product, [, , stride]) => product * stride, 1);
}

/** Frames of a waveform, ⌊(n − k)/s⌋ + 1 layer by layer; 0 when it is shorter than the receptive field. */
export function frameCount(samples: number, layers: readonly ConvLayer[]): number {
  return layers.reduce((steps, [, kernel, stride]) => Math.max(0, Math.floor((steps - kernel) / stride) + 1), samples);
}

/** Fewest samples that give `frames` frames. */
export function samplesOf(frames: number, layers: readonly ConvLayer[]): number {
  return (frames - 1) * frameStride(layers) + receptiveField(layers);
}
