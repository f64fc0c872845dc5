import { ConfigError } from '../errors.js';

// Local, because looking up a global takes far longer than multiplying inside a vm context, where tests run.
const { imul } = Math;

/**
 * Counter-based randomness: a stream is a pure function of its key, so what is drawn depends on
 * (seed, purpose, update, sample, …) and never on call order, worker or rank.
 *
 * The key is hashed (FNV-1a with a murmur3 finaliser per lane) into the 128-bit state of xoshiro128**.
 * Numbers count by value: 0 and -0 are the same key.
 */
export type Key = readonly (string | number)[];

export class RandomStream {
  #a: number;
  #b: number;
  #c: number;
  #d: number;
  #spare: number | undefined;

  /** @throws ConfigError when a number in the key is not finite */
  constructor(readonly key: Key) {
    [this.#a, this.#b, this.#c, this.#d] = hash(key);
  }

  /** The stream of a longer key: `stream.fork('mask', 3)`. Does not advance this one. */
  fork(...more: Key): RandomStream {
    return new RandomStream([...this.key, ...more]);
  }

  /** 32 random bits. */
  bits(): number {
    const scrambled = imul(rotate(imul(this.#b, 5), 7), 9) >>> 0;
    const t = this.#b << 9;
    this.#c ^= this.#a;
    this.#d ^= this.#b;
    this.#b ^= this.#c;
    this.#a ^= this.#d;
    this.#c ^= t;
    this.#d = rotate(this.#d, 11);
    return scrambled;
  }

  /** The next `out.length` values of `bits()`, as signed integers. */
  fillBits(out: Int32Array): void {
    let [a, b, c, d] = [this.#a, this.#b, this.#c, this.#d];
    for (let i = 0; i < out.length; i++) {
      out[i] = imul(rotate(imul(b, 5), 7), 9);
      const t = b << 9;
      c ^= a;
      d ^= b;
      b ^= c;
      a ^= d;
      c ^= t;
      d = rotate(d, 11);
    }
    [this.#a, this.#b, this.#c, this.#d] = [a, b, c, d];
  }

  /** Uniform in [low, high) with 32 random bits. */
  uniform(low = 0, high = 1): number {
    return low + (high - low) * (this.bits() / 4294967296);
  }

  /** Uniform integer in [0, n). */
  below(n: number): number {
    return Math.floor(this.uniform() * n);
  }

  /** Standard normal (Box–Muller). */
  normal(): number {
    if (this.#spare !== undefined) {
      const value = this.#spare;
      this.#spare = undefined;
      return value;
    }
    const radius = Math.sqrt(-2 * Math.log(1 - this.uniform()));
    const angle = 2 * Math.PI * this.uniform();
    this.#spare = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  }

  /**
   * Gamma(shape, 1), Marsaglia and Tsang 2000.
   * @throws ConfigError unless shape > 0
   */
  gamma(shape: number): number {
    return Math.exp(this.#logGamma(shape));
  }

  /**
   * Beta(a, b) in [0, 1], sound for small parameters too, where both gammas underflow.
   * @throws ConfigError unless a > 0 and b > 0
   */
  beta(a: number, b: number): number {
    const x = this.#logGamma(a);
    return 1 / (1 + Math.exp(this.#logGamma(b) - x));
  }

  /** Logarithm of a Gamma(shape, 1) variable. */
  #logGamma(shape: number): number {
    if (!(shape > 0)) throw new ConfigError(`RandomStream: a gamma or beta parameter must be > 0, got ${shape}`);
    if (shape < 1) return this.#logGamma(shape + 1) + Math.log(1 - this.uniform()) / shape;
    const d = shape - 1 / 3;
    const c = 1 / Math.sqrt(9 * d);
    for (;;) {
      const x = this.normal();
      const v = (1 + c * x) ** 3;
      if (v > 0 && Math.log(1 - this.uniform()) < 0.5 * x * x + d - d * v + d * Math.log(v)) return Math.log(d * v);
    }
  }

  /**
   * `count` distinct integers of [0, n), in random order.
   * @throws ConfigError unless 0 ≤ count ≤ n
   */
  sample(n: number, count: number): Int32Array {
    if (!(count >= 0 && count <= n)) {
      throw new ConfigError(`RandomStream.sample: cannot draw ${count} distinct integers of [0, ${n})`);
    }
    const pool = Int32Array.from({ length: n }, (_, i) => i);
    for (let i = 0; i < count; i++) {
      const j = i + this.below(n - i);
      const picked = pool[j]!;
      pool[j] = pool[i]!;
      pool[i] = picked;
    }
    return pool.subarray(0, count);
  }

  /** A random order of [0, n). */
  permutation(n: number): Int32Array {
    return this.sample(n, n);
  }
}

const rotate = (x: number, by: number): number => (x << by) | (x >>> (32 - by));

function hash(key: Key): [number, number, number, number] {
  let [a, b, c, d] = [0x811c9dc5, 0x9e3779b9, 0x85ebca6b, 0xc2b2ae35];
  const word = (value: number): void => {
    a = imul(a ^ value, 0x01000193);
    b = finalise(b ^ rotate(value, 8) ^ a);
    c = finalise(c + value + b);
    d = finalise(d ^ (c + imul(value, 0x27d4eb2f)));
  };
  const scratch = new DataView(new ArrayBuffer(8));
  for (const part of key) {
    if (typeof part === 'string') {
      for (let i = 0; i < part.length; i++) word(part.charCodeAt(i));
      word(0x10000 + part.length);
    } else {
      if (!Number.isFinite(part)) {
        throw new ConfigError(`RandomStream: a key holds finite numbers and strings, got [${key.join(', ')}]`);
      }
      scratch.setFloat64(0, part + 0); // -0 + 0 is 0
      word(scratch.getInt32(0));
      word(scratch.getInt32(4));
    }
  }
  a = finalise(a ^ d);
  return a || b || c || d ? [a, b, c, d] : [1, 2, 3, 4];
}

function finalise(x: number): number {
  x = imul(x ^ (x >>> 16), 0x85ebca6b);
  x = imul(x ^ (x >>> 13), 0xc2b2ae35);
  return x ^ (x >>> 16);
}
