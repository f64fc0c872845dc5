// Decodes G.722 at 64 kbit/s (ITU-T G.722, 09/2012): two bands of ADPCM, 6 bits of the lower and 2 of the upper one in
// each byte, joined by a quadrature mirror filter into 16 kHz. Names in comments are those of the recommendation's §6.2.

/** WL and RL42: what a code of the lower band adds to its logarithmic step, by its upper four bits. */
const lowerLogStep = [-60, 3042, 1198, 538, 334, 172, 58, -30, 3042, 1198, 538, 334, 172, 58, -30, -60];
/** WH and RH2: the same for the upper band. */
const upperLogStep = [798, -214, 798, -214];
/** ILB: 2^(i/32), scaled by 2048. */
const powers = Array.from({ length: 32 }, (_, i) => Math.round(2048 * 2 ** (i / 32)));
/** QM4 and QM6: inverse quantiser of the lower band by 4 and 6 bits; QM2: of the upper band by 2 bits. */
const magnitudes4 = [20_456, 12_896, 8968, 6288, 4240, 2584, 1200];
const quantiser4 = [0, ...magnitudes4.map((value) => -value), ...magnitudes4, 0];
const magnitudes6 = [
  24_808, 21_904, 19_008, 16_704, 14_984, 13_512, 12_280, 11_192, 10_232, 9360, 8576, 7856, 7192, 6576, 6000, 5456,
  4944, 4464, 4008, 3576, 3168, 2776, 2400, 2032, 1688, 1360, 1040, 728,
];
const quantiser6 = [
  ...Array.from({ length: 4 }, () => -136),
  ...magnitudes6.map((value) => -value),
  ...magnitudes6,
  432,
  136,
  -432,
  -136,
];
const quantiser2 = [-7408, -1616, 7408, 1616];
/** One half of the symmetric filter of 24 taps. */
const mirrorFilter = [3, -11, 12, 32, -210, 951, 3876, -805, 362, -156, 53, -11];

/** G.722 bytes → 16-bit samples at 16 kHz, two a byte. Any bytes are valid G.722. */
export function decodeG722(bytes: Uint8Array): Int16Array {
  const [lower, upper] = [new Band(32), new Band(8)];
  const mirror = new MirrorFilter();
  const out = new Int16Array(2 * bytes.length);
  bytes.forEach((byte, i) => {
    const [low, high] = [byte & 63, byte >> 6];
    const sound = clamp15(lower.prediction + ((lower.step * quantiser6[low]!) >> 15));
    lower.adapt((lower.step * quantiser4[low >> 2]!) >> 15, lowerLogStep[low >> 2]!, 18_432, 8);
    const difference = (upper.step * quantiser2[high]!) >> 15;
    const above = clamp15(upper.prediction + difference);
    upper.adapt(difference, upperLogStep[high]!, 22_528, 10);
    mirror.join(sound, above, out, 2 * i);
  });
  return out;
}

/** One ADPCM band: a predictor of two poles and six zeros, and the quantiser's step, adapted from what is decoded. */
class Band {
  /** SL, SH: the predicted signal; SZ: the part of it that the zeros give. */
  prediction = 0;
  #zeros = 0;
  #logStep = 0;
  /** RLT, PLT, AL: reconstructed and partly reconstructed signal, newest first; coefficients of the poles. */
  readonly #reconstructed = [0, 0];
  readonly #partial = [0, 0];
  readonly #poles = [0, 0];
  /** DLT, BL: the last six differences, newest first, and the coefficients of the zeros. */
  readonly #differences = [0, 0, 0, 0, 0, 0];
  readonly #zeroWeights = [0, 0, 0, 0, 0, 0];

  /** @param step DETL, DETH: the quantiser's step at the beginning */
  constructor(public step: number) {}

  /**
   * Takes the quantised difference of a sample and predicts the next one (block 4 of the recommendation).
   *
   * @param change added to the logarithmic step (LOGSCL, LOGSCH), which is kept in [0, highest]
   * @param shift of the step's exponent (SCALEL, SCALEH)
   */
  adapt(difference: number, change: number, highest: number, shift: number): void {
    this.#logStep = clamp(((this.#logStep * 127) >> 7) + change, 0, highest);
    const exponent = shift - (this.#logStep >> 11);
    const power = powers[(this.#logStep >> 6) & 31]!;
    this.step = (exponent < 0 ? power << -exponent : power >> exponent) << 2;

    const reconstructed = clamp16(this.prediction + difference);
    this.#adaptPoles(clamp16(this.#zeros + difference));
    this.#adaptZeros(difference);
    this.#reconstructed.unshift(reconstructed);
    this.#reconstructed.pop();

    let poles = 0;
    this.#poles.forEach((weight, i) => (poles += (weight * clamp16(2 * this.#reconstructed[i]!)) >> 15));
    let zeros = 0;
    this.#zeroWeights.forEach((weight, i) => (zeros += (weight * clamp16(2 * this.#differences[i]!)) >> 15));
    this.#zeros = clamp16(zeros);
    this.prediction = clamp16(clamp16(poles) + this.#zeros);
  }

  /** UPPOL2, UPPOL1: the poles follow the signs of the partly reconstructed signal, and stay stable. */
  #adaptPoles(partial: number): void {
    const [first = 0, second = 0] = this.#poles;
    const [sameAsLast, sameAsBefore] = this.#partial.map((earlier) => sign(earlier) === sign(partial));
    const slope = clamp16(4 * first);
    const turned = Math.min(32_767, sameAsLast ? -slope : slope);
    const next = (turned >> 7) + (sameAsBefore ? 128 : -128) + ((second * 32_512) >> 15);
    this.#poles[1] = clamp(next, -12_288, 12_288);
    const bound = 15_360 - this.#poles[1];
    this.#poles[0] = clamp(clamp16((sameAsLast ? 192 : -192) + ((first * 32_640) >> 15)), -bound, bound);
    this.#partial.unshift(partial);
    this.#partial.pop();
  }

  /** UPZERO: the zeros follow the signs of the differences. */
  #adaptZeros(difference: number): void {
    const gain = difference === 0 ? 0 : 128;
    this.#zeroWeights.forEach((weight, i) => {
      const same = sign(this.#differences[i]!) === sign(difference);
      this.#zeroWeights[i] = clamp16((same ? gain : -gain) + ((weight * 32_640) >> 15));
    });
    this.#differences.unshift(difference);
    this.#differences.pop();
  }
}

/** The receiver's quadrature mirror filter: two bands at 8 kHz → one signal at 16 kHz. */
class MirrorFilter {
  /** XD and XS: sums and differences of the bands, oldest first. */
  readonly #sums = new Int32Array(12);
  readonly #differences = new Int32Array(12);

  join(lower: number, upper: number, out: Int16Array, at: number): void {
    this.#sums.copyWithin(0, 1);
    this.#differences.copyWithin(0, 1);
    this.#sums[11] = lower + upper;
    this.#differences[11] = lower - upper;
    let [even, odd] = [0, 0];
    for (let i = 0; i < 12; i++) {
      even += this.#differences[i]! * mirrorFilter[11 - i]!;
      odd += this.#sums[i]! * mirrorFilter[i]!;
    }
    out[at] = clamp16(even >> 11);
    out[at + 1] = clamp16(odd >> 11);
  }
}

const clamp = (value: number, low: number, high: number): number => Math.min(high, Math.max(low, value));
const clamp16 = (value: number): number => clamp(value, -32_768, 32_767);
/** LIMIT */
const clamp15 = (value: number): number => clamp(value, -16_384, 16_383);
const sign = (value: number): number => value >> 31;
