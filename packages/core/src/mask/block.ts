import { ConfigError } from '../errors.js';
import type { RandomStream } from '../random/stream.js';
import { balance, countMasked } from './balance.js';

/** A token grid, (rows, columns), flattened row-major. */
export type Grid = readonly [rows: number, columns: number];

/** How blocks are placed; the names in brackets are fairseq's. */
export interface BlockMaskOptions {
  /** Share of tokens that are hidden, in [0, 1] [mask_prob]. */
  readonly maskProb: number;
  /** Side of a block, at least 2 tokens [mask_length]. */
  readonly maskLength: number;
  /** Added to the share when the number of blocks is chosen, as blocks overlap [mask_prob_adjust]. Default 0. */
  readonly maskProbAdjust?: number;
  /** Share of surplus blocks that are drawn and trimmed again, so that holes appear in blocks [mask_dropout]. Default 0. */
  readonly maskDropout?: number;
  /** Blocks are visible windows on a hidden scene [inverse_mask]. Default false. */
  readonly inverse?: boolean;
  /** Balance to the exact share [require_same_masks]; false: the mask as the blocks leave it. Default true. */
  readonly requireSame?: boolean;
  /** Fill a shortage from the neighbours of the blocks instead of anywhere [expand_adjcent]. Default false. */
  readonly expandAdjacent?: boolean;
  /** Blocks on a coarse grid that do not overlap [non_overlapping]. Default false. */
  readonly nonOverlapping?: boolean;
}

/**
 * Block mask of an image's tokens (reference: data2vec2.md §3.2). The g×g grid of the reference is any rectangle here.
 *
 * @returns (rows·columns), 1 = masked; unless `requireSame` is false exactly ⌊L·maskProb⌋ are, or with `inverse`
 *   exactly ⌊L·(1 − maskProb)⌋ are not, rounded as in double precision
 * @throws ConfigError for a share outside [0, 1], a block shorter than 2 or a grid that is not whole
 */
export function blockMask2d(grid: Grid, options: BlockMaskOptions, stream: RandomStream): Uint8Array {
  return blockMask(grid, [options.maskLength, options.maskLength], options, stream);
}

/** `blockMask2d` whose blocks are the visible part: data2vec 2's mask for images. */
export function inverseBlockMask2d(
  grid: Grid,
  options: Omit<BlockMaskOptions, 'inverse'>,
  stream: RandomStream,
): Uint8Array {
  return blockMask2d(grid, { ...options, inverse: true }, stream);
}

/**
 * Block mask of a sequence (reference: data2vec2.md §3.3): as `blockMask2d` with windows of `maskLength` tokens.
 *
 * @returns (tokens), 1 = masked
 * @throws ConfigError as `blockMask2d`
 */
export function blockMask1d(tokens: number, options: BlockMaskOptions, stream: RandomStream): Uint8Array {
  return blockMask([1, tokens], [1, options.maskLength], options, stream);
}

function blockMask(grid: Grid, block: Grid, options: BlockMaskOptions, stream: RandomStream): Uint8Array {
  check(grid, options);
  const { maskProb, maskDropout = 0, inverse = false, requireSame = true } = options;
  const [rows, columns] = grid;
  const share = inverse ? 1 - maskProb : maskProb;
  const mask = new Uint8Array(rows * columns);
  if (options.nonOverlapping) placeApart(mask, grid, block, share, options, stream);
  else placeAnywhere(mask, grid, block, share, options, stream);
  if (requireSame) {
    const goal = Math.floor(mask.length * share);
    if (options.expandAdjacent) expand(mask, grid, Math.floor(goal * (1 + maskDropout)), stream);
    balance(mask, goal, stream);
  }
  return inverse ? mask.map((set) => 1 - set) : mask;
}

/** Blocks around centres that are drawn with replacement; a block at the border is pushed flat against it. */
function placeAnywhere(
  mask: Uint8Array,
  [rows, columns]: Grid,
  [height, width]: Grid,
  share: number,
  { maskProbAdjust = 0, maskDropout = 0 }: BlockMaskOptions,
  stream: RandomStream,
): void {
  const centres = Math.floor(mask.length * ((share + maskProbAdjust) / (height * width)) * (1 + maskDropout));
  for (let i = 0; i < centres; i++) {
    const centre = stream.below(mask.length);
    const top = Math.floor(centre / columns) - Math.floor(height / 2);
    const left = (centre % columns) - Math.floor(width / 2);
    for (let y = top; y < top + height; y++) {
      for (let x = left; x < left + width; x++) mask[clamp(y, rows) * columns + clamp(x, columns)] = 1;
    }
  }
}

/** Distinct cells of a grid of whole blocks, cropped to the token grid. */
function placeApart(
  mask: Uint8Array,
  [rows, columns]: Grid,
  [height, width]: Grid,
  share: number,
  { maskProbAdjust = 0, maskDropout = 0 }: BlockMaskOptions,
  stream: RandomStream,
): void {
  const across = Math.ceil(columns / width);
  const cells = Math.ceil(rows / height) * across;
  const wanted = Math.floor(cells * (share + maskProbAdjust) * (1 + maskDropout));
  for (const cell of stream.sample(cells, Math.min(Math.max(wanted, 0), cells))) {
    const top = Math.floor(cell / across) * height;
    const left = (cell % across) * width;
    for (let y = top; y < Math.min(top + height, rows); y++) {
      mask.fill(1, y * columns + left, y * columns + Math.min(left + width, columns));
    }
  }
}

/** Grows the set tokens by their 4-neighbours, round after round, until `goal`; nothing grows from an empty mask. */
function expand(mask: Uint8Array, [rows, columns]: Grid, goal: number, stream: RandomStream): void {
  const setAt = (y: number, x: number): boolean =>
    y >= 0 && y < rows && x >= 0 && x < columns && mask[y * columns + x] === 1;
  let missing = Math.min(goal, mask.length) - countMasked(mask);
  while (missing > 0) {
    const edge: number[] = [];
    mask.forEach((set, i) => {
      const [y, x] = [Math.floor(i / columns), i % columns];
      if (!set && (setAt(y - 1, x) || setAt(y + 1, x) || setAt(y, x - 1) || setAt(y, x + 1))) edge.push(i);
    });
    if (edge.length === 0) return;
    for (const pick of stream.sample(edge.length, Math.min(missing, edge.length))) {
      mask[edge[pick]!] = 1;
      missing--;
    }
  }
}

const clamp = (at: number, size: number): number => Math.min(Math.max(at, 0), size - 1);

function check([rows, columns]: Grid, options: BlockMaskOptions): void {
  const { maskProb, maskLength, maskProbAdjust = 0, maskDropout = 0 } = options;
  const wrong = (key: string, got: number, right: string, hint?: string): ConfigError =>
    new ConfigError(`block mask: ${key} must be ${right}, got ${got}`, { key, hint });
  for (const size of [rows, columns]) {
    if (!Number.isInteger(size) || size < 1) throw wrong('grid', size, 'whole numbers ≥ 1');
  }
  if (!(maskProb >= 0 && maskProb <= 1)) throw wrong('maskProb', maskProb, 'in [0, 1]');
  if (!Number.isInteger(maskLength) || maskLength < 2) {
    throw wrong('maskLength', maskLength, 'a whole number ≥ 2', 'for single tokens use randomMask');
  }
  if (!(maskProbAdjust > -1 && maskProbAdjust <= 1)) throw wrong('maskProbAdjust', maskProbAdjust, 'in (-1, 1]');
  if (!(maskDropout >= 0 && maskDropout < 1)) throw wrong('maskDropout', maskDropout, 'in [0, 1)');
}
