import { RandomStream } from '@d2v/core';
import type { TextSample } from '../../src/index.js';

/** `<s>`, random ids of [4, vocabulary − 1), `</s>`; every third token begins a word. */
export function tokens(name: string, length: number, vocabulary = 60): TextSample {
  const stream = new RandomStream(['tokens', name]);
  const ids = Int32Array.from({ length }, (_, t) =>
    t === 0 ? 0 : t === length - 1 ? 2 : 4 + stream.below(vocabulary - 5),
  );
  return { name, ids, wordStarts: Uint8Array.from(ids, (_, t) => Number(t % 3 === 0)) };
}
