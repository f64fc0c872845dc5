import { RandomStream } from '@d2v/core';
import type { SpeechSample } from '@d2v/speech';
import type { TextSample } from '@d2v/text';
import type { ImageSample } from '@d2v/vision';
import type { StepTask } from '../cases/step.js';

type Values = Record<string, number>;

/** A sample as a modality's encoder takes it; `encoder` holds the options of its section. */
type Maker = (name: string, stream: RandomStream, length: number, encoder: Values) => unknown;

const makers: Readonly<Record<string, Maker>> = {
  '@d2v/vision': (name, stream, _, { imageSize, channels }): ImageSample => {
    const [side, depth] = [imageSize!, channels!];
    return { name, pixels: normal(stream, side * side * depth), height: side, width: side, channels: depth };
  },
  '@d2v/speech': (name, stream, length): SpeechSample => ({ name, waveform: normal(stream, length) }),
  '@d2v/text': (name, stream, length, { vocabulary, specialTokens }): TextSample => {
    // The last id is <mask>.
    const words = vocabulary! - 1 - specialTokens!;
    return { name, ids: Int32Array.from({ length }, () => specialTokens! + stream.below(words)) };
  },
};

/** Noise in the shape of a modality's samples: the work of a step does not depend on what is in them. */
export function randomSamples({ modality, encoder, batch }: StepTask): unknown[] {
  const make = makers[modality]!;
  return Array.from({ length: batch.size }, (_, i) =>
    make(`sample ${i}`, new RandomStream([2, i]), batch.length ?? 0, encoder as Values),
  );
}

function normal(stream: RandomStream, length: number): Float32Array {
  return Float32Array.from({ length }, () => stream.normal());
}
