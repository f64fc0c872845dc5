import type { ByteSource } from './bytes.js';

export type Container = 'wav' | 'flac' | 'mp3' | 'ogg';
export type Codec = 'pcm' | 'flac' | 'mp3' | 'vorbis' | 'opus';

/** Samples a second of every waveform that d2v learns from (reference: data2vec1.md §4.1). */
export const sampleRate = 16_000;

/** What a recording's header says. A frame is one value of each channel. */
export interface AudioFormat {
  readonly codec: Codec;
  /** Frames a second. */
  readonly rate: number;
  readonly channels: number;
  /** Length; absent where only decoding tells. */
  readonly frames?: number;
  /** Whether `frames` is known, not estimated. */
  readonly exact: boolean;
}

/** Mono samples at the recording's own rate, from some frame on, in blocks of any size. */
export type MonoBlocks = (from: number) => AsyncGenerator<Float32Array>;

/** A recording whose header was read. */
export interface Recording extends AudioFormat {
  /** Decodes from a frame on. Channels are averaged. */
  readonly blocks: MonoBlocks;
}

/** Reads the header of one container. */
export type HeaderReader = (source: ByteSource, name: string) => Promise<Recording>;

/** Samples at 16 kHz of so many frames. */
export const resampledLength = (frames: number, rate: number): number => Math.ceil((frames * sampleRate) / rate);
