import { ConfigError, roundHalfEven, type RandomStream } from '@d2v/core';
import { poisson } from './poisson.js';

/** How spans are placed; the names in brackets are fairseq's. */
export interface SpanMaskOptions {
  /** Number of spans times `length`, as a share of the sequence; spans overlap, so less is hidden [mask_prob]. */
  readonly prob: number;
  /** Length of a span, or the mean that lengths are drawn around [mask_length]. */
  readonly length: number;
  /**
   * Where lengths come from [mask_selection]: `static`: always `length`; `uniform`: whole numbers from `other` to
   * 2·length; `normal`: mean `length`, standard deviation `other`, at least 1; `poisson`: mean `length`. Default static.
   */
  readonly lengths?: 'static' | 'uniform' | 'normal' | 'poisson';
  /** Second parameter of the lengths' distribution [mask_other]. Default 0. */
  readonly other?: number;
  /** Fewest spans [min_masks]. Default 0. */
  readonly minSpans?: number;
  /** Whether spans may overlap [no_mask_overlap, reversed]. Default true. */
  readonly overlap?: boolean;
  /** Visible positions between spans that do not overlap [mask_min_space]. Default 1. */
  readonly minSpace?: number;
  /** Share of the masked positions that are uncovered again, at random [mask_dropout]. Default 0. */
  readonly dropout?: number;
}

/**
 * Span mask of a sequence: data2vec 1's for frames, and the mask of channels in fine-tuning (reference: data2vec1.md
 * §4.4). Unlike the reference, which stops, it uncovers one random position where the spans would hide all.
 *
 * @returns (size), 1 = masked, never all of them
 * @throws ConfigError for options outside their range
 */
export function spanMask(size: number, options: SpanMaskOptions, stream: RandomStream): Uint8Array {
  check(size, options);
  const { prob, length, minSpans = 0, overlap = true, dropout = 0 } = options;
  const mask = new Uint8Array(size);
  const spans = Math.max(minSpans, Math.floor((prob * size) / length + stream.uniform()));
  if (spans > 0) {
    let lengths = Array.from({ length: spans }, () => drawLength(options, stream));
    if (lengths.every((each) => each === 0)) lengths = [Math.min(length, size - 1)];
    if (overlap) placeAnywhere(mask, lengths, stream);
    else placeApart(mask, lengths, options.minSpace ?? 1, stream);
  }
  if (mask.every((hidden) => hidden === 1)) mask[stream.below(size)] = 0;
  if (dropout > 0) uncover(mask, dropout, stream);
  return mask;
}

function drawLength({ length, lengths = 'static', other = 0 }: SpanMaskOptions, stream: RandomStream): number {
  switch (lengths) {
    case 'static':
      return length;
    case 'uniform':
      return Math.floor(other) + stream.below(2 * length - Math.floor(other) + 1);
    case 'normal':
      return Math.max(1, roundHalfEven(length + other * stream.normal()));
    case 'poisson':
      return poisson(length, stream);
  }
}

/** Spans at distinct starts, so placed that the shortest of them ends within the sequence. */
function placeAnywhere(mask: Uint8Array, lengths: readonly number[], stream: RandomStream): void {
  const choices = Math.max(mask.length - Math.min(...lengths), lengths.length + 1);
  const starts = stream.sample(choices, lengths.length);
  starts.forEach((start, i) => mask.fill(1, start, start + lengths[i]!));
}

/** Spans from longest to shortest, each in a free interval that is drawn with a chance like its length. */
function placeApart(mask: Uint8Array, lengths: readonly number[], minSpace: number, stream: RandomStream): void {
  const shortest = Math.min(...lengths);
  let free: (readonly [from: number, to: number])[] = [[0, mask.length]];
  for (const length of lengths.toSorted((a, b) => b - a)) {
    const rooms = free.map(([from, to]) => (to - from >= length + minSpace ? to - from : 0));
    const room = rooms.reduce((sum, each) => sum + each, 0);
    if (room === 0) return;
    const chosen = draw(rooms, stream.below(room));
    const [from, to] = free[chosen]!;
    const start = from + stream.below(Math.max(1, to - length - from));
    mask.fill(1, start, start + length);
    free = free.toSpliced(chosen, 1);
    if (start - from - minSpace >= shortest) free.push([from, start - minSpace + 1]);
    if (to - start - length - minSpace > shortest) free.push([start + length + minSpace, to]);
  }
}

/** The entry that `at`, in [0, sum of weights), falls into. */
function draw(weights: readonly number[], at: number): number {
  let rest = at;
  return weights.findIndex((weight) => (rest -= weight) < 0);
}

function uncover(mask: Uint8Array, share: number, stream: RandomStream): void {
  const masked = [...mask.keys()].filter((position) => mask[position] === 1);
  for (const pick of stream.sample(masked.length, roundHalfEven(masked.length * share))) mask[masked[pick]!] = 0;
}

function check(size: number, options: SpanMaskOptions): void {
  const { prob, length, lengths = 'static', other = 0, minSpans = 0, minSpace = 1, dropout = 0 } = options;
  const wrong = (key: string, got: number, right: string): ConfigError =>
    new ConfigError(`spanMask: ${key} must be ${right}, got ${got}`, { key });
  if (!Number.isInteger(size) || size < 1) throw wrong('size', size, 'a whole number ≥ 1');
  if (!(prob >= 0 && prob <= 1)) throw wrong('prob', prob, 'in [0, 1]');
  if (!Number.isInteger(length) || length < 1) throw wrong('length', length, 'a whole number ≥ 1');
  if (!(other >= 0)) throw wrong('other', other, '≥ 0');
  if (lengths === 'uniform' && other > 2 * length) throw wrong('other', other, `at most 2·length, ${2 * length}`);
  if (!Number.isInteger(minSpans) || minSpans < 0) throw wrong('minSpans', minSpans, 'a whole number ≥ 0');
  if (!Number.isInteger(minSpace) || minSpace < 0) throw wrong('minSpace', minSpace, 'a whole number ≥ 0');
  if (!(dropout >= 0 && dropout < 1)) throw wrong('dropout', dropout, 'in [0, 1)');
}
