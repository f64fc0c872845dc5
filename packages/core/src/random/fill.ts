import { ConfigError } from '../errors.js';
import type { RandomStream } from './stream.js';
import { ziggurat } from './ziggurat.js';

/*
 * Bulk versions of RandomStream's draws, for arrays of millions of values. They advance the stream; a filled array is a
 * pure function of (key, draws before it, length).
 */

const { abs } = Math; // local, as in stream.ts

/** Words that are drawn at a time: small enough to stay in the processor's cache. */
const BLOCK = 4096;

/** Fills with normal values of mean 0 and standard deviation `std` (ziggurat). */
export function fillNormal(stream: RandomStream, out: Float32Array, std = 1): void {
  for (const { words, at } of blocks(stream, out)) {
    for (let i = 0; i < words.length; i++) at[i] = std * ziggurat(words[i]!, stream);
  }
}

/** Fills with uniform values of [low, high). */
export function fillUniform(stream: RandomStream, out: Float32Array, low = 0, high = 1): void {
  const scale = (high - low) / 4294967296;
  for (const { words, at } of blocks(stream, out)) {
    for (let i = 0; i < words.length; i++) at[i] = low + scale * (words[i]! >>> 0);
  }
}

/**
 * Fills with 1 (probability `keep`) and 0.
 * @throws ConfigError unless keep is in [0, 1]
 */
export function fillBernoulli(stream: RandomStream, out: Float32Array, keep: number): void {
  if (!(keep >= 0 && keep <= 1)) throw new ConfigError(`fillBernoulli: keep must be in [0, 1], got ${keep}`);
  const threshold = keep * 4294967296;
  for (const { words, at } of blocks(stream, out)) {
    for (let i = 0; i < words.length; i++) at[i] = words[i]! >>> 0 < threshold ? 1 : 0;
  }
}

/** Fills with normal values of standard deviation `std`, redrawing those beyond ±`limit` standard deviations. */
export function fillTruncatedNormal(stream: RandomStream, out: Float32Array, std: number, limit: number): void {
  for (const { words, at } of blocks(stream, out)) {
    for (let i = 0; i < words.length; i++) {
      let value = ziggurat(words[i]!, stream);
      while (abs(value) > limit) value = ziggurat(stream.bits(), stream);
      at[i] = std * value;
    }
  }
}

/** Runs of `out` with as many random words. */
function* blocks(stream: RandomStream, out: Float32Array): Generator<{ words: Int32Array; at: Float32Array }> {
  const buffer = new Int32Array(Math.min(BLOCK, out.length));
  for (let start = 0; start < out.length; start += BLOCK) {
    const at = out.subarray(start, start + BLOCK);
    const words = buffer.subarray(0, at.length);
    stream.fillBits(words);
    yield { words, at };
  }
}
