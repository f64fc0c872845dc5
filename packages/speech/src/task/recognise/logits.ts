import { Scope, uploadBatch, disposeBatch } from '@d2v/core';
import { tidy } from '@tensorflow/tfjs-core';
import { sampleRate } from '../../audio/format.js';
import type { AudioItem, Span } from '../../audio/item.js';
import type { Frames } from '../../ctc/index.js';
import { frameCount, frameStride, samplesOf } from '../../encoder/lengths.js';
import { normalise } from '../../transform/normalise.js';
import type { CtcModel } from './model.js';
import { frameWindows, mergeWindows, type WindowLogits } from './windows.js';

export interface WindowOptions {
  /** Sound that is computed at once; default 20. */
  readonly windowSeconds?: number;
  /** What two windows share; default 2. */
  readonly overlapSeconds?: number;
  /** Sound that is decoded, and normalised, at once; default 600. */
  readonly decodedSeconds?: number;
  readonly signal?: AbortSignal;
  /** Seconds of the recording that are done. */
  readonly onProgress?: (seconds: number) => void;
}

/**
 * Logits of every frame of a recording of any length, window by window. Recordings up to `decodedSeconds` are normalised
 * as a whole, longer ones in parts of that length.
 *
 * @throws SampleError naming the recording when it cannot be decoded or is too short for a frame; what `signal` says
 *   when it is aborted
 */
export async function recordingLogits(model: CtcModel, item: AudioItem, options: WindowOptions = {}): Promise<Frames> {
  const { windowSeconds = 20, overlapSeconds = 2, decodedSeconds = 600, signal, onProgress } = options;
  const { layers, vocabulary } = model;
  const stride = frameStride(layers);
  const frames = frameCount(item.samples, layers);
  const size = Math.max(1, frameCount(windowSeconds * sampleRate, layers));
  const overlap = Math.min(size - 1, Math.round((overlapSeconds * sampleRate) / stride));
  const sound = new Sound(item, model.normalise, decodedSeconds * sampleRate);
  const done: WindowLogits[] = [];
  for (const window of frameWindows(frames, size, overlap)) {
    signal?.throwIfAborted();
    const start = window.start * stride;
    const end = window.end < frames ? start + samplesOf(window.end - window.start, layers) : item.samples;
    const waveform = await sound.read({ start, end });
    // The recording ends before its header says: as long as it is.
    if (waveform.length < end - start) return recordingLogits(model, shortened(item, start + waveform.length), options);
    done.push({ ...window, logits: await windowLogits(model, item.name, waveform) });
    onProgress?.(end / sampleRate);
  }
  const classes = vocabulary.size;
  return { logits: mergeWindows(done, classes, vocabulary.blank), frames, classes };
}

/** (T, V) of a waveform. */
async function windowLogits(model: CtcModel, name: string, waveform: Float32Array): Promise<Float32Array> {
  const { network, weights, head } = model;
  const host = network.encoder.collate([{ name, waveform }]);
  const batch = uploadBatch({ batch: host, drawn: {} });
  const logits = tidy(() => {
    const features = network.features(weights, batch.inputs, batch.real);
    return head.forward(new Scope(weights, 'head'), features, {});
  });
  disposeBatch(batch);
  try {
    return (await logits.data()) as Float32Array;
  } finally {
    logits.dispose();
  }
}

const shortened = (item: AudioItem, samples: number): AudioItem => ({
  ...item,
  samples,
  waveform: (span) => item.waveform({ start: 0, end: samples, ...span }),
});

/** A recording that is read from its beginning to its end, so much of it in memory at a time. */
class Sound {
  #part: Span & { readonly waveform: Float32Array } = { start: 0, end: 0, waveform: new Float32Array() };

  constructor(
    readonly item: AudioItem,
    readonly normalised: boolean,
    /** Samples that are decoded at once. */
    readonly most: number,
  ) {}

  /** Less than asked for where the recording ends before. */
  async read({ start, end }: Span): Promise<Float32Array> {
    if (start < this.#part.start || end > this.#part.end) {
      const span = { start, end: Math.min(this.item.samples, Math.max(end, start + this.most)) };
      const waveform = await this.item.waveform(span);
      this.#part = { ...span, waveform: this.normalised ? normalise(waveform) : waveform };
    }
    return this.#part.waveform.slice(start - this.#part.start, end - this.#part.start);
  }
}
