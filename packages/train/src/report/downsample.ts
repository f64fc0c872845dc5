/** A curve: values by update, ascending. A value that is not finite is null and breaks the line. */
export interface Curve {
  readonly x: readonly number[];
  readonly y: readonly (number | null)[];
}

/**
 * At most `limit` points of a curve: of each of limit/2 stretches of points the lowest and the highest, so that no spike
 * disappears; a stretch without any value stays a gap. First and last point are kept.
 *
 * @param limit ≥ 4
 */
export function downsample({ x, y }: Curve, limit: number): Curve {
  if (x.length <= limit) return { x, y };
  const stretches = Math.floor(limit / 2) - 1;
  const kept = new Set([0, x.length - 1]);
  for (let stretch = 0; stretch < stretches; stretch++) {
    const from = Math.floor((stretch * x.length) / stretches);
    const to = Math.floor(((stretch + 1) * x.length) / stretches);
    for (const index of extremes(y, from, to)) kept.add(index);
  }
  const indices = [...kept].sort((a, b) => a - b);
  return { x: indices.map((i) => x[i]!), y: indices.map((i) => y[i]!) };
}

/** Where the lowest and highest values of [from, to) are; the first point when there is no value. */
function extremes(y: Curve['y'], from: number, to: number): number[] {
  let [low, high] = [from, from];
  let [least, most] = [Infinity, -Infinity];
  for (let i = from; i < to; i++) {
    const value = y[i] ?? null;
    if (value === null) continue;
    if (value < least) [least, low] = [value, i];
    if (value > most) [most, high] = [value, i];
  }
  return [low, high];
}
