import { RandomStream } from '@d2v/core';
import type { SpeechSample } from '../src/index.js';

/** A deterministic utterance of so many samples: a few tones in noise. */
export function utterance(samples: number, name = `${samples} samples`, label?: number | Int32Array): SpeechSample {
  const stream = new RandomStream(['utterance', name]);
  const tones = [stream.uniform(0.05, 0.5), stream.uniform(0.05, 0.5)];
  const waveform = Float32Array.from({ length: samples }, (_, i) =>
    tones.reduce((sum, tone) => sum + Math.sin(tone * i), 0.3 * stream.normal()),
  );
  return { name, waveform, ...(typeof label === 'number' ? { label } : label && { labels: label }) };
}
