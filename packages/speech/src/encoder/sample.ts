/** An utterance as the encoder takes it: what a transform yields. */
export interface SpeechSample {
  /** File, line or row: what an error calls the utterance. */
  readonly name: string;
  /** Mono, 16 kHz, normalised as the recipe wants it. */
  readonly waveform: Float32Array;
  /** Class in [0, number of classes); absent for unlabelled utterances. */
  readonly label?: number;
  /** What is said; absent where nobody wrote it down. */
  readonly transcript?: string;
}
