import type { HostTensor } from '../encoder/host.js';

/** Element types of a safetensors file and their bits (reference: checkpoints.md §8). */
export const DTYPE_BITS = {
  F64: 64,
  F32: 32,
  F16: 16,
  BF16: 16,
  I64: 64,
  I32: 32,
  I16: 16,
  I8: 8,
  U64: 64,
  U32: 32,
  U16: 16,
  U8: 8,
  BOOL: 8,
  F8_E4M3: 8,
  F8_E5M2: 8,
  F8_E8M0: 8,
  F6_E2M3: 6,
  F6_E3M2: 6,
  F4: 4,
  C64: 64,
} as const;

export type Dtype = keyof typeof DTYPE_BITS;

/**
 * Little-endian elements → the array that TensorFlow.js takes, always a copy: floats become float32, whole numbers int32,
 * BOOL Uint8Array. Infinities and NaN stay what they are.
 *
 * @param fail called with what is wrong: a value outside the range of float32 or int32, a BOOL that is neither 0 nor 1,
 *   or a type that has no counterpart (8-bit and smaller floats, complex numbers)
 */
export function decode(dtype: Dtype, bytes: Uint8Array, fail: (problem: string) => never): HostTensor['data'] {
  const { buffer } = new Uint8Array(bytes); // a copy, and aligned
  switch (dtype) {
    case 'F32':
      return new Float32Array(buffer);
    case 'F16':
      return fromFloat16(new Uint16Array(buffer));
    case 'BF16':
      return fromBfloat16(new Uint16Array(buffer));
    case 'F64':
      return narrow(new Float64Array(buffer), fail);
    case 'I32':
      return new Int32Array(buffer);
    case 'I16':
      return Int32Array.from(new Int16Array(buffer));
    case 'U16':
      return Int32Array.from(new Uint16Array(buffer));
    case 'I8':
      return Int32Array.from(new Int8Array(buffer));
    case 'U8':
      return Int32Array.from(new Uint8Array(buffer));
    case 'U32':
      return checkedWords(new Int32Array(buffer), 1, (low) => low >= 0, new Uint32Array(buffer), fail);
    case 'I64':
      return checkedWords(
        new Int32Array(buffer),
        2,
        (low, high) => high === low >> 31,
        new BigInt64Array(buffer),
        fail,
      );
    case 'U64':
      return checkedWords(
        new Int32Array(buffer),
        2,
        (low, high) => high === 0 && low >= 0,
        new BigUint64Array(buffer),
        fail,
      );
    case 'BOOL': {
      const out = new Uint8Array(buffer);
      const wrong = out.findIndex((value) => value > 1);
      return wrong >= 0 ? fail(`element ${wrong} is ${out[wrong]}, and a BOOL is 0 or 1`) : out;
    }
    default:
      return fail(`its type ${dtype} cannot be read; convert the file to F32, F16 or BF16`);
  }
}

/** A half's exponent and fraction, moved into a float's place, are the value times 2^-112; subnormals included. */
function fromFloat16(halves: Uint16Array): Float32Array {
  const out = new Float32Array(halves.length);
  const bits = new Uint32Array(out.buffer);
  for (let i = 0; i < halves.length; i++) {
    const half = halves[i]!;
    const sign = (half & 0x8000) << 16;
    const finite = (half & 0x7c00) !== 0x7c00;
    bits[i] = sign | ((half & 0x7fff) << 13) | (finite ? 0 : 0x7f800000);
    if (finite) out[i] = out[i]! * 2 ** 112;
  }
  return out;
}

/** A bfloat16 is the upper half of a float. */
function fromBfloat16(halves: Uint16Array): Float32Array {
  const out = new Float32Array(halves.length);
  const bits = new Uint32Array(out.buffer);
  for (let i = 0; i < halves.length; i++) bits[i] = halves[i]! << 16;
  return out;
}

function narrow(doubles: Float64Array, fail: (problem: string) => never): Float32Array {
  const out = Float32Array.from(doubles);
  const wrong = out.findIndex((value, i) => !Number.isFinite(value) && Number.isFinite(doubles[i]));
  return wrong >= 0 ? fail(`element ${wrong} is ${doubles[wrong]}, beyond the range of float32`) : out;
}

/** The low word of every number of `size` words, each checked to hold the whole number. */
function checkedWords(
  words: Int32Array,
  size: 1 | 2,
  fits: (low: number, high: number) => boolean,
  values: ArrayLike<number | bigint>,
  fail: (problem: string) => never,
): Int32Array {
  const out = new Int32Array(values.length);
  for (let i = 0; i < out.length; i++) {
    const low = words[i * size]!;
    if (!fits(low, words[i * size + size - 1]!)) fail(`element ${i} is ${values[i]}, beyond the range of int32`);
    out[i] = low;
  }
  return out;
}
