import { ShapeError } from '../errors.js';
import type { RandomStream } from '../random/stream.js';
import { balance, countMasked } from './balance.js';
import { checkShape } from './indices.js';

/** How rows get the same number of masked tokens. */
export interface EqualiseOptions {
  /**
   * `subset`: a random subset of each row's masked tokens, as many as the row with the fewest has. `add`: random tokens
   * are masked as well, as many as the row with the most has.
   */
  readonly mode: 'subset' | 'add';
  /** Real tokens of each row: padding beyond them is never added. Default: all. */
  readonly lengths?: readonly number[];
}

/**
 * Gives every row the same number of masked tokens (reference: data2vec1.md §4.4, `require_same_masks`). The goal depends
 * on the batch; which tokens a row gains or loses depends on its stream alone.
 *
 * @param masks (rows·tokens), row-major, 1 = masked; left as it is
 * @param streams one stream a row
 * @returns new masks of the same layout
 * @throws ShapeError when counts do not agree, or when a row has too few real tokens for `add`
 */
export function equaliseMasks(
  masks: Uint8Array,
  rows: number,
  tokens: number,
  { mode, lengths }: EqualiseOptions,
  streams: readonly RandomStream[],
): Uint8Array {
  checkShape('equaliseMasks', masks, rows, tokens);
  if (streams.length !== rows || (lengths && lengths.length !== rows)) {
    const got = `${streams.length} streams${lengths ? ` and ${lengths.length} lengths` : ''}`;
    throw new ShapeError(`equaliseMasks: ${rows} rows need one stream and one length each, got ${got}`);
  }
  const equal = masks.slice();
  const row = (r: number): Uint8Array => equal.subarray(r * tokens, (r + 1) * tokens);
  const counts = streams.map((_, r) => countMasked(row(r)));
  const goal = mode === 'subset' ? Math.min(...counts) : Math.max(...counts);
  streams.forEach((stream, r) => {
    const real = mode === 'subset' ? tokens : (lengths?.[r] ?? tokens);
    const padded = countMasked(row(r).subarray(real));
    if (goal - padded > real) {
      throw new ShapeError(`equaliseMasks: row ${r} has ${real} real tokens, another row masks ${goal}`, {
        hint: "use mode 'subset', or batches of similar lengths",
      });
    }
    balance(row(r).subarray(0, real), goal - padded, stream);
  });
  return equal;
}
