/** Nearest whole number, halves to the even one, as Python's `round` and numpy's `rint` do. */
export function roundHalfEven(x: number): number {
  const rounded = Math.round(x);
  return rounded - x === 0.5 && rounded % 2 !== 0 ? rounded - 1 : rounded;
}
