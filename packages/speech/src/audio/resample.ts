import { sampleRate } from './format.js';

/** Attenuation of what lies above the lower Nyquist frequency, in dB. */
const attenuation = 96;
/** Pass band and stop band as parts of the lower Nyquist frequency: 7.2 kHz passes, 8 kHz is gone. */
const [passBand, stopBand] = [0.9, 1];

const kaiserBeta = 0.1102 * (attenuation - 8.7);
/** Half of the filter's length, in periods of the lower sample rate (Kaiser's estimate). */
const halfPeriods = (attenuation - 7.95) / (2.285 * 2 * Math.PI * ((stopBand - passBand) / 2)) / 2;
const cutoff = (passBand + stopBand) / 2;

/** Banks of this many rates are kept. */
const keptRates = 8;

/**
 * Polyphase filter of one rate: a sinc with a Kaiser window, one set of taps for each phase (Oppenheim and Schafer,
 * Discrete-Time Signal Processing, §4.6 and §7.5). Each phase sums to 1, so that constants stay what they are.
 */
class FilterBank {
  /** Input frames on each side of an output sample that it is computed from. */
  readonly half: number;
  /** An output sample every `step / phases` input frames. */
  readonly step: number;
  readonly phases: number;
  readonly #taps: (Float32Array | undefined)[] = [];

  constructor(readonly rate: number) {
    const common = greatestCommonDivisor(rate, sampleRate);
    this.step = rate / common;
    this.phases = sampleRate / common;
    this.half = Math.ceil((halfPeriods * rate) / Math.min(rate, sampleRate));
  }

  /** Weights of the frames −half + 1 … half around a sample that lies `phase / phases` behind frame 0. */
  taps(phase: number): Float32Array {
    return (this.#taps[phase] ??= this.#compute(phase / this.phases));
  }

  #compute(offset: number): Float32Array {
    const lowest = Math.min(this.rate, sampleRate);
    const scale = (cutoff * lowest) / this.rate;
    const width = (halfPeriods * this.rate) / lowest;
    const taps = Float64Array.from({ length: 2 * this.half }, (_, i) => {
      const distance = i - this.half + 1 - offset;
      const inside = 1 - (distance / width) ** 2;
      return inside <= 0 ? 0 : sinc(scale * distance) * bessel(kaiserBeta * Math.sqrt(inside));
    });
    const sum = taps.reduce((total, tap) => total + tap, 0);
    return Float32Array.from(taps, (tap) => tap / sum);
  }
}

const banks = new Map<number, FilterBank>();

function bankOf(rate: number): FilterBank {
  let bank = banks.get(rate);
  if (!bank) {
    if (banks.size >= keptRates) banks.delete(banks.keys().next().value!);
    banks.set(rate, (bank = new FilterBank(rate)));
  }
  return bank;
}

/**
 * Resamples a stream to 16 kHz, block by block: whatever the blocks, the samples are the same. Sample m lies where
 * input frame m·rate/16000 lies; beyond the ends the input counts as silence.
 */
export class Resampler {
  readonly #bank: FilterBank | undefined;
  /** Input frames that later samples need, and the number of the first of them. */
  #kept = new Float32Array();
  #first: number;
  #done = 0;

  /**
   * @param rate input frames a second, an integer
   * @param start the first sample that is wanted
   * @param out takes the samples from `start` on
   */
  constructor(
    readonly rate: number,
    readonly start: number,
    readonly out: Float32Array,
  ) {
    this.#bank = rate === sampleRate ? undefined : bankOf(rate);
    this.#first = this.from;
  }

  /** The input frame from which on blocks are pushed. */
  get from(): number {
    if (!this.#bank) return this.start;
    const { step, phases, half } = this.#bank;
    return Math.max(0, Math.floor((this.start * step) / phases) - half + 1);
  }

  /** Samples that are there. */
  get done(): number {
    return this.#done;
  }

  get full(): boolean {
    return this.#done === this.out.length;
  }

  /** Takes the next input frames. */
  push(block: Float32Array): void {
    if (!this.#bank) {
      const part = block.subarray(0, this.out.length - this.#done);
      this.out.set(part, this.#done);
      this.#done += part.length;
      return;
    }
    const joined = new Float32Array(this.#kept.length + block.length);
    joined.set(this.#kept);
    joined.set(block, this.#kept.length);
    this.#filter(this.#bank, joined);
  }

  /** The input has ended: computes the samples for which frames were awaited, up to the end of the input. */
  finish(): void {
    if (!this.#bank) return;
    const end = this.#first + this.#kept.length;
    const most = Math.ceil((end * this.#bank.phases) / this.#bank.step) - this.start;
    const wanted = Math.min(this.out.length, most);
    const padded = new Float32Array(this.#kept.length + this.#bank.half + 1);
    padded.set(this.#kept);
    this.#filter(this.#bank, padded, wanted);
  }

  #filter(bank: FilterBank, input: Float32Array, wanted = this.out.length): void {
    const { step, phases, half } = bank;
    for (; this.#done < wanted; this.#done++) {
      const ticks = (this.start + this.#done) * step;
      const frame = Math.floor(ticks / phases);
      const low = frame - half + 1 - this.#first; // negative: before the recording begins
      if (low + 2 * half > input.length) break;
      const taps = bank.taps(ticks % phases);
      let sum = 0;
      for (let i = Math.max(0, -low); i < taps.length; i++) sum += taps[i]! * input[low + i]!;
      this.out[this.#done] = sum;
    }
    const next = Math.floor(((this.start + this.#done) * step) / phases) - half + 1 - this.#first;
    const drop = Math.min(input.length, Math.max(0, next));
    this.#kept = input.slice(drop);
    this.#first += drop;
  }
}

/** A recording at 16 kHz: ceil(frames · 16000 / rate) samples. At 16 kHz the input itself. */
export function resample(input: Float32Array, rate: number): Float32Array {
  if (rate === sampleRate) return input;
  const resampler = new Resampler(rate, 0, new Float32Array(Math.ceil((input.length * sampleRate) / rate)));
  resampler.push(input);
  resampler.finish();
  return resampler.out;
}

const sinc = (x: number): number => (x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x));

/** The modified Bessel function I₀, by its power series. */
function bessel(x: number): number {
  let [sum, term] = [1, 1];
  for (let k = 1; term > 1e-12 * sum; k++) {
    term *= (x / (2 * k)) ** 2;
    sum += term;
  }
  return sum;
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
