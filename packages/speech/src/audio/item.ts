/** Samples [start, end) at 16 kHz. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** What is known about a recording beside its sound. */
export interface About {
  /** Path, line or row: what an error calls the recording. */
  readonly name: string;
  /** The words that are spoken. */
  readonly transcript?: string;
  /** Class in [0, number of classes). */
  readonly label?: number;
  /** Classes, of data whose recordings have any number of them. */
  readonly labels?: Int32Array;
}

/** A recording that is not decoded yet: its header is read, its sound is decoded for one span at a time. */
export interface AudioItem extends About {
  /** Length at 16 kHz, in samples. */
  readonly samples: number;
  /**
   * Mono sound at 16 kHz in [-1, 1]; all of it by default, less where the recording ends before. The caller owns it.
   * @throws SampleError naming the recording when it cannot be decoded, or when too much is asked for at once
   */
  waveform(span?: Span): Promise<Float32Array>;
}

/** A recording as the encoder takes it: what a transform yields. */
export interface SpeechSample extends About {
  /** Mono samples at 16 kHz. */
  readonly waveform: Float32Array;
}
