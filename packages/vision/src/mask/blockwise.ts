import { ConfigError, roundHalfEven, type Grid, type RandomStream } from '@d2v/core';

/** How rectangles are drawn. */
export interface BlockwiseMaskOptions {
  /** Most tokens that are masked; between the last rectangle and this number some may be left. */
  readonly maxMasked: number;
  /** Smallest and largest area that is drawn for a rectangle, in tokens. Defaults 16 and the whole grid. */
  readonly minArea?: number;
  readonly maxArea?: number;
  /** Flattest rectangle, height / width in (0, 1]; the steepest is its inverse. Default 0.3. */
  readonly minAspect?: number;
}

/** Tries for one rectangle before the mask is left as it is. */
const TRIES = 10;

/**
 * The block-wise mask of BEiT and data2vec 1 (reference: data2vec1.md §3.3): rectangles of random area and aspect are
 * added until `maxMasked` tokens are hidden, or ten rectangles in a row do not fit. The count differs between draws.
 *
 * @returns (rows·columns), row-major, 1 = masked, at most `maxMasked` of them
 * @throws ConfigError for options outside their range
 */
export function blockwiseMask(grid: Grid, options: BlockwiseMaskOptions, stream: RandomStream): Uint8Array {
  const [rows, columns] = grid;
  const { maxMasked, minArea = 16, maxArea = rows * columns, minAspect = 0.3 } = options;
  check(grid, { maxMasked, minArea, maxArea, minAspect });
  const mask = new Uint8Array(rows * columns);
  let masked = 0;
  while (masked < maxMasked) {
    const room = Math.min(maxMasked - masked, maxArea);
    let added = 0;
    for (let attempt = 0; attempt < TRIES && added === 0; attempt++) {
      const area = stream.uniform(minArea, room); // reversed when there is less room than minArea
      const aspect = Math.exp(stream.uniform(Math.log(minAspect), -Math.log(minAspect)));
      const height = roundHalfEven(Math.sqrt(area * aspect));
      const width = roundHalfEven(Math.sqrt(area / aspect));
      if (width >= columns || height >= rows) continue;
      const top = stream.below(rows - height + 1);
      const left = stream.below(columns - width + 1);
      added = addRectangle(mask, columns, { top, left, height, width }, room);
    }
    if (added === 0) break;
    masked += added;
  }
  return mask;
}

/** Masks a rectangle if that hides at least one and at most `room` tokens more; returns how many. */
function addRectangle(
  mask: Uint8Array,
  columns: number,
  { top, left, height, width }: { top: number; left: number; height: number; width: number },
  room: number,
): number {
  const fresh: number[] = [];
  for (let y = top; y < top + height; y++) {
    for (let x = left; x < left + width; x++) if (mask[y * columns + x] === 0) fresh.push(y * columns + x);
  }
  if (fresh.length > room) return 0;
  for (const token of fresh) mask[token] = 1;
  return fresh.length;
}

function check(grid: Grid, { maxMasked, minArea, maxArea, minAspect }: Required<BlockwiseMaskOptions>): void {
  const wrong = (key: string, got: unknown, right: string): ConfigError =>
    new ConfigError(`blockwiseMask: ${key} must be ${right}, got ${String(got)}`, { key });
  if (!grid.every((size) => Number.isInteger(size) && size >= 1)) throw wrong('grid', grid, 'whole numbers ≥ 1');
  if (!(maxMasked >= 0 && maxMasked <= grid[0] * grid[1])) throw wrong('maxMasked', maxMasked, 'in [0, rows·columns]');
  if (!(minArea > 0 && maxArea > 0)) throw wrong('minArea and maxArea', [minArea, maxArea], '> 0');
  if (!(minAspect > 0 && minAspect <= 1)) throw wrong('minAspect', minAspect, 'in (0, 1]');
}
