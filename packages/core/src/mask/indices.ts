import { ShapeError } from '../errors.js';
import { roundHalfEven } from './round.js';

/** Which tokens the student sees and how they return to the grid. Symbols: R rows, T tokens a row, V visible ones. */
export interface MaskIndices {
  /** V, the same in every row. */
  readonly visibleTokens: number;
  /**
   * (R·V) positions in the flattened (R·T) tokens: entry r·V + k is r·T + t, where t is the k-th visible token of row r,
   * in ascending order. `gather(x.reshape([R·T, D]), visible)` is what the student sees.
   */
  readonly visible: Int32Array;
  /**
   * (R·T) positions in the flattened rows of V encoded tokens followed by T − V noise tokens: entry r·T + t is
   * r·T + s, where s < V names the s-th visible token of row r, and s ≥ V its (s − V)-th noise token.
   * `gather(concat([encoded, noise], 1).reshape([R·T, D]), restore)` is the full grid.
   */
  readonly restore: Int32Array;
}

/**
 * Gather indices of a batch of masks (reference: data2vec2.md §3.1, items 4–5), from a stable sort: visible tokens
 * first, then masked ones, each in ascending order.
 *
 * V is counted in row 0 alone: T − (its masked tokens) + round(masked·keepMaskedPct), halves to even. In a row that has
 * fewer visible tokens, its first masked tokens are treated as visible; in a row that has more, its last visible tokens
 * are replaced by noise. Use `equaliseMasks` where that must not happen.
 *
 * @param masks (rows·tokens), row-major, 1 = masked
 * @param keepMaskedPct share of the masked tokens that the student sees all the same, in [0, 1]
 * @throws ShapeError when `masks` is not rows·tokens long
 */
export function maskIndices(masks: Uint8Array, rows: number, tokens: number, keepMaskedPct = 0): MaskIndices {
  checkShape('maskIndices', masks, rows, tokens);
  let masked = 0;
  for (let t = 0; t < tokens; t++) masked += rows > 0 ? masks[t]! : 0;
  const visibleTokens = tokens - masked + roundHalfEven(masked * keepMaskedPct);

  const visible = new Int32Array(rows * visibleTokens);
  const restore = new Int32Array(rows * tokens);
  for (let row = 0; row < rows; row++) {
    const start = row * tokens;
    let rank = 0;
    for (const wanted of [0, 1]) {
      for (let t = 0; t < tokens; t++) {
        if (masks[start + t] !== wanted) continue;
        if (rank < visibleTokens) visible[row * visibleTokens + rank] = start + t;
        restore[start + t] = start + rank++;
      }
    }
  }
  return { visibleTokens, visible, restore };
}

/** @throws ShapeError when `masks` is not (rows·tokens) zeros and ones */
export function checkShape(caller: string, masks: Uint8Array, rows: number, tokens: number): void {
  if (masks.length !== rows * tokens) {
    throw new ShapeError(
      `${caller}: ${rows} rows of ${tokens} tokens need ${rows * tokens} entries, got ${masks.length}`,
    );
  }
  const wrong = masks.findIndex((hidden) => hidden > 1);
  if (wrong >= 0) {
    throw new ShapeError(
      `${caller}: a mask holds 0 and 1, got ${masks[wrong]} at row ${Math.floor(wrong / tokens)}, token ${wrong % tokens}`,
    );
  }
}
