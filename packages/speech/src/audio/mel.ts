/** Hz where the first band begins and the last one ends. */
const [LOWEST, HIGHEST] = [20, 7600];

const mel = (hertz: number): number => 2595 * Math.log10(1 + hertz / 700);

/** What bands of the mel scale are made of. */
export interface MelFilterOptions {
  readonly bands: number;
  /** Points of the power spectrum, from 0 Hz up. */
  readonly bins: number;
  /** From one of them to the next. */
  readonly hertzPerBin: number;
}

/**
 * Weights of each bin in each band of a power spectrum: triangles from 20 to 7,600 Hz that are as wide as their distance on
 * the mel scale, m = 2595·log₁₀(1 + f/700).
 *
 * @returns bands × bins
 */
export function melFilters({ bands, bins, hertzPerBin }: MelFilterOptions): Float64Array[] {
  const [low, high] = [mel(LOWEST), mel(HIGHEST)];
  const distance = (high - low) / (bands + 1);
  return Array.from({ length: bands }, (_, band) => {
    const centre = low + distance * (band + 1);
    return Float64Array.from({ length: bins }, (_, k) =>
      Math.max(0, 1 - Math.abs(mel(k * hertzPerBin) - centre) / distance),
    );
  });
}
