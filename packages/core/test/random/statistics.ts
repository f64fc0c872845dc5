/** Mean, variance, skewness and excess kurtosis of a sample. */
export function moments(values: ArrayLike<number>): {
  mean: number;
  variance: number;
  skewness: number;
  kurtosis: number;
} {
  const n = values.length;
  const about = (centre: number, power: number): number => {
    let sum = 0;
    for (let i = 0; i < n; i++) sum += (values[i]! - centre) ** power;
    return sum / n;
  };
  const mean = about(0, 1);
  const variance = about(mean, 2);
  return {
    mean,
    variance,
    skewness: about(mean, 3) / variance ** 1.5,
    kurtosis: about(mean, 4) / variance ** 2 - 3,
  };
}

/**
 * Pearson's statistic of observed counts against expected ones, as a normal deviate (Wilson and Hilferty 1931): beyond
 * ±5 the counts do not come from the expected distribution.
 */
export function chiSquareDeviate(observed: ArrayLike<number>, expected: ArrayLike<number> | number): number {
  let statistic = 0;
  for (let i = 0; i < observed.length; i++) {
    const e = typeof expected === 'number' ? expected : expected[i]!;
    statistic += (observed[i]! - e) ** 2 / e;
  }
  const freedom = observed.length - 1;
  const spread = 2 / (9 * freedom);
  return (Math.cbrt(statistic / freedom) - (1 - spread)) / Math.sqrt(spread);
}

/** Counts of `bin(value)` in [0, bins). */
export function histogram(values: ArrayLike<number>, bins: number, bin: (value: number) => number): Float64Array {
  const counts = new Float64Array(bins);
  for (let i = 0; i < values.length; i++) counts[bin(values[i]!)]!++;
  return counts;
}

/** Probability of a standard normal value below x (Abramowitz and Stegun 26.2.17, error < 7.5e-8). */
export function normalCdf(x: number): number {
  if (x < 0) return 1 - normalCdf(-x);
  const t = 1 / (1 + 0.2316419 * x);
  const poly = t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  return 1 - (Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI)) * poly;
}
