import fc from 'fast-check';
import { CheckpointError, decodeTensor, headerLength, parseHeader, Safetensors } from '@d2v/core';
import { fixture, safetensorsFixtures } from './fixtures.js';

/** A file of this header text and these data, whatever they say. */
function file(header: string, data: Uint8Array | number = 0): Uint8Array {
  const json = new TextEncoder().encode(header);
  const body = typeof data === 'number' ? new Uint8Array(data) : data;
  const bytes = new Uint8Array(8 + json.length + body.length);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(json.length), true);
  bytes.set(json, 8);
  bytes.set(body, 8 + json.length);
  return bytes;
}

const entry = (dtype: string, shape: number[], begin: number, end: number): string =>
  JSON.stringify({ dtype, shape, data_offsets: [begin, end] });

const open = (header: string, data?: Uint8Array | number): Safetensors =>
  new Safetensors(file(header, data), 'model.safetensors');

/** The values of a tensor of `dtype` with these bytes. */
const decoded = (dtype: string, bytes: ArrayBufferView): unknown => {
  const raw = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const size = { F64: 8, I64: 8, U64: 8, F32: 4, I32: 4, U32: 4, F16: 2, BF16: 2, I16: 2, U16: 2 }[dtype] ?? 1;
  return open(`{"t":${entry(dtype, [raw.length / size], 0, raw.length)}}`, raw).get('t').data;
};

describe('Safetensors on files of the format’s own writer', () => {
  it.each(safetensorsFixtures())('reads %s', (path) => {
    const bytes = fixture(path);
    const read = new Safetensors(bytes, path);
    expect(read.tensors.size).toBeGreaterThan(0);
    let total = 8 + headerLength(bytes, bytes.length, path);
    for (const [name, { data, shape }] of read) {
      const { dtype, begin, end } = read.tensors.get(name)!;
      expect(data).toHaveLength(shape.reduce((a, b) => a * b, 1));
      expect(data).toBeInstanceOf(dtype === 'F32' ? Float32Array : Int32Array);
      total += end - begin;
    }
    expect(total).toBe(bytes.length);
  });

  it('reads the values that lie at the offsets', () => {
    const bytes = fixture('vision1/weights.safetensors');
    const read = new Safetensors(bytes, 'vision1');
    const view = new DataView(bytes.buffer, bytes.byteOffset + 8 + headerLength(bytes, bytes.length, 'vision1'));
    for (const [name, { data }] of read) {
      const { dtype, begin } = read.tensors.get(name)!;
      for (const i of [0, data.length - 1]) {
        const stored =
          dtype === 'F32' ? view.getFloat32(begin + 4 * i, true) : Number(view.getBigInt64(begin + 8 * i, true));
        expect(data[i]).toBe(stored);
      }
    }
  });

  it('gives the metadata', () => {
    expect([...new Safetensors(fixture('hf-text-mlm/model.safetensors'), 'm').metadata]).toEqual([['format', 'pt']]);
  });
});

describe('Safetensors values', () => {
  it.each<[string, ArrayBufferView, ArrayLike<number>]>([
    ['F32', Float32Array.of(1.5, -0, NaN, -Infinity), Float32Array.of(1.5, -0, NaN, -Infinity)],
    ['F64', Float64Array.of(0.1, 1e-300, NaN, Infinity), Float32Array.of(0.1, 0, NaN, Infinity)],
    [
      'F16',
      Uint16Array.of(0x3c00, 0x0001, 0x83ff, 0x7bff, 0x3555, 0x8000, 0x7c00, 0xfc00, 0x7e00),
      Float32Array.of(1, 2 ** -24, -1023 * 2 ** -24, 65504, 0.333251953125, -0, Infinity, -Infinity, NaN),
    ],
    ['BF16', Uint16Array.of(0x3f80, 0xc049, 0x8000, 0x7f80, 0x7fc0), Float32Array.of(1, -3.140625, -0, Infinity, NaN)],
    ['I64', BigInt64Array.of(0n, -1n, 2147483647n, -2147483648n), Int32Array.of(0, -1, 2147483647, -2147483648)],
    ['U64', BigUint64Array.of(0n, 2147483647n), Int32Array.of(0, 2147483647)],
    ['I32', Int32Array.of(7, -7), Int32Array.of(7, -7)],
    ['U32', Uint32Array.of(7, 2147483647), Int32Array.of(7, 2147483647)],
    ['I16', Int16Array.of(-3, 300), Int32Array.of(-3, 300)],
    ['U16', Uint16Array.of(65535), Int32Array.of(65535)],
    ['I8', Int8Array.of(-128, 127), Int32Array.of(-128, 127)],
    ['U8', Uint8Array.of(0, 255), Int32Array.of(0, 255)],
    ['BOOL', Uint8Array.of(0, 1, 1), Uint8Array.of(0, 1, 1)],
  ])('converts %s', (dtype, stored, expected) => {
    expect(decoded(dtype, stored)).toEqual(expected);
  });

  it('converts every finite half', () => {
    const halves = Uint16Array.from({ length: 65536 }, (_, i) => i).filter((h) => (h & 0x7c00) !== 0x7c00);
    const expected = Float32Array.from(halves, (h) => {
      const [exponent, fraction] = [(h >> 10) & 31, h & 1023];
      const size = exponent === 0 ? fraction * 2 ** -24 : (1 + fraction / 1024) * 2 ** (exponent - 15);
      return h & 0x8000 ? -size : size;
    });
    expect(decoded('F16', halves)).toEqual(expected);
  });

  it.each<[string, ArrayBufferView, string]>([
    ['F64', Float64Array.of(1, 1e39), 'element 1 is 1e+39, beyond the range of float32'],
    ['I64', BigInt64Array.of(2147483648n), 'element 0 is 2147483648, beyond the range of int32'],
    ['I64', BigInt64Array.of(0n, -2147483649n), 'element 1 is -2147483649, beyond the range of int32'],
    ['U64', BigUint64Array.of(1n << 32n), 'element 0 is 4294967296, beyond the range of int32'],
    ['U32', Uint32Array.of(2147483648), 'element 0 is 2147483648, beyond the range of int32'],
    ['BOOL', Uint8Array.of(1, 2), 'element 1 is 2, and a BOOL is 0 or 1'],
    ['F8_E4M3', Uint8Array.of(1), 'its type F8_E4M3 cannot be read'],
  ])('refuses %s values that do not fit, naming file and tensor', (dtype, stored, problem) => {
    expect(() => decoded(dtype, stored)).toThrow(CheckpointError);
    expect(() => decoded(dtype, stored)).toThrow(`model.safetensors: tensor 't': ${problem}`);
  });

  it('reads scalars, empty tensors and any order of names', () => {
    const header = `{"b":${entry('F32', [], 4, 8)},"empty":${entry('F32', [0, 3], 4, 4)},"a":${entry('I32', [1], 0, 4)}}`;
    const read = open(header, new Uint8Array(Float32Array.of(0, 2.5).buffer));
    expect(read.get('b')).toEqual({ data: Float32Array.of(2.5), shape: [] });
    expect(read.get('empty')).toEqual({ data: new Float32Array(0), shape: [0, 3] });
    expect([...read.tensors.keys()]).toEqual(['a', 'empty', 'b']);
  });

  it('returns copies: changing a tensor does not change the file', () => {
    const read = open(`{"t":${entry('F32', [1], 0, 4)}}`, 4);
    read.get('t').data[0] = 9;
    expect(read.get('t').data[0]).toBe(0);
  });

  it('reads from the middle of a larger buffer, at any alignment', () => {
    const bytes = file(`{"t":${entry('F32', [2], 0, 8)}}`, new Uint8Array(Float32Array.of(1, 2).buffer));
    const around = new Uint8Array(bytes.length + 9);
    around.set(bytes, 3);
    expect(new Safetensors(around.subarray(3, 3 + bytes.length), 'm').get('t').data).toEqual(Float32Array.of(1, 2));
    expect(new Safetensors(bytes.buffer as ArrayBuffer, 'm').get('t').data).toEqual(Float32Array.of(1, 2));
  });

  it('keeps names that mean something to JavaScript apart from it', () => {
    const read = open(`{"__proto__":${entry('F32', [1], 0, 4)},"constructor":${entry('F32', [1], 4, 8)}}`, 8);
    expect([...read.tensors.keys()]).toEqual(['__proto__', 'constructor']);
    expect(() => read.get('toString')).toThrow(CheckpointError);
  });

  it('names the nearest tensor when one is not there', () => {
    const read = open(
      `{"blocks.0.attn.qkv.weight":${entry('F32', [1], 0, 4)},"norm.weight":${entry('F32', [1], 4, 8)}}`,
      8,
    );
    expect(() => read.get('blocks.0.attn.qvk.weight')).toThrow(
      /no tensor.*\n.*nearest name is 'blocks.0.attn.qkv.weight'/,
    );
  });

  it('decodes a tensor from a range of a file, and refuses a short range', () => {
    const bytes = fixture('text1/weights.safetensors');
    const start = 8 + headerLength(bytes.subarray(0, 8), bytes.length, 'text1');
    const { tensors } = parseHeader(bytes.subarray(8, start), bytes.length - start, 'text1');
    const whole = new Safetensors(bytes, 'text1');
    const [name, found] = [...tensors][5]!;
    const range = bytes.subarray(start + found.begin, start + found.end);
    expect(decodeTensor(name, found, range, 'text1')).toEqual(whole.get(name));
    expect(() => decodeTensor(name, found, range.subarray(1), 'text1')).toThrow(CheckpointError);
  });
});

describe('Safetensors on damaged files', () => {
  const f32 = (begin: number, end: number, shape = [(end - begin) / 4]): string => entry('F32', shape, begin, end);

  it.each<[string, string, number, string]>([
    ['not JSON', '{"a":', 0, 'the header is not JSON'],
    ['not an object', '[]', 0, 'it does not start with {'],
    ['no space for the tensor', `{"a":${f32(0, 8)}}`, 4, "tensor 'a' lies at bytes [0, 8) of 4"],
    ['offsets reversed', `{"a":${entry('F32', [0], 4, 0)}}`, 4, "tensor 'a' lies at bytes [4, 0) of 4"],
    ['a size that is not the shape’s', `{"a":${f32(0, 8, [3])}}`, 8, "'a' is F32 [3] of 12 bytes, but has 8"],
    ['an overlap', `{"a":${f32(0, 8)},"b":${f32(4, 12)}}`, 12, "tensor 'b' overlaps tensor 'a'"],
    [
      'a hole',
      `{"a":${f32(0, 4)},"b":${f32(8, 12)}}`,
      12,
      "4 bytes between tensor 'a' and tensor 'b' belong to nothing",
    ],
    ['a hole at the start', `{"a":${f32(4, 8)}}`, 8, "4 bytes between the header and tensor 'a'"],
    ['a rest', `{"a":${f32(0, 4)}}`, 9, "5 bytes after tensor 'a' belong to nothing"],
    ['data without tensors', '{}', 1, '1 bytes after the header belong to nothing'],
    ['a name twice', `{"a":${f32(0, 4)},"a":${f32(4, 8)}}`, 8, "the name 'a' twice"],
    ['an escaped name twice', `{"a":${f32(0, 4)},"\\u0061":${f32(4, 8)}}`, 8, "the name 'a' twice"],
    [
      'a key of a tensor twice',
      '{"a":{"dtype":"F32","dtype":"F32","shape":[1],"data_offsets":[0,4]}}',
      4,
      "'dtype' twice",
    ],
    ['an unknown type', `{"a":${entry('F31', [1], 0, 4)}}`, 4, `tensor 'a' has the unknown type "F31"`],
    ['a type of every object', `{"a":${entry('toString', [1], 0, 4)}}`, 4, 'unknown type'],
    ['a negative size', `{"a":${entry('F32', [-1, -1], 0, 4)}}`, 4, "tensor 'a'"],
    ['a fraction', `{"a":${entry('F32', [0.5, 2], 0, 4)}}`, 4, "tensor 'a'"],
    ['an overflowing shape', `{"a":${entry('F32', [4294967296, 4294967296], 0, 4)}}`, 4, 'huge shape'],
    ['an overflow times zero', `{"a":${entry('F32', [4294967296, 4294967296, 0], 0, 0)}}`, 0, 'huge shape'],
    ['no offsets', '{"a":{"dtype":"F32","shape":[1]}}', 4, "tensor 'a'"],
    ['a tensor that is a number', '{"a":3}', 0, "tensor 'a'"],
    ['metadata of numbers', '{"__metadata__":{"step":3}}', 0, "got number at 'step'"],
    ['metadata as a list', '{"__metadata__":["pt"]}', 0, '__metadata__ must be an object'],
  ])('refuses %s', (_, header, dataLength, problem) => {
    expect(() => open(header, dataLength)).toThrow(CheckpointError);
    expect(() => open(header, dataLength)).toThrow(/^model\.safetensors: /);
    expect(() => open(header, dataLength)).toThrow(problem);
  });

  it('refuses text that is not UTF-8', () => {
    const bytes = file(`{"x":${f32(0, 4)}}`, 4);
    bytes[10] = 0xff;
    expect(() => new Safetensors(bytes, 'm')).toThrow(/m: the header is not JSON/);
  });

  it.each([0, 7])('refuses a file of %p bytes', (size) => {
    expect(() => new Safetensors(new Uint8Array(size), 'm')).toThrow(CheckpointError);
  });

  it.each([
    ['longer than the file', 17n],
    ['longer than 100 MB', 100_000_001n],
    ['beyond 2^53', 1n << 60n],
  ])('refuses a header %s', (_, length) => {
    const bytes = new Uint8Array(24);
    new DataView(bytes.buffer).setBigUint64(0, length, true);
    expect(() => new Safetensors(bytes, 'm')).toThrow(CheckpointError);
  });

  it('fails with a CheckpointError alone, wherever a file is cut or a bit flipped', () => {
    const whole = fixture('vision1/input.safetensors');
    const headerEnd = 8 + headerLength(whole, whole.length, 'whole');
    const readAll = (bytes: Uint8Array): 'read' | 'refused' => {
      try {
        for (const [, { data, shape }] of new Safetensors(bytes, 'fuzzed')) {
          expect(data).toHaveLength(shape.reduce((a, b) => a * b, 1));
        }
        return 'read';
      } catch (error) {
        if (!(error instanceof CheckpointError)) throw error;
        expect(error.message).toMatch(/^fuzzed: /);
        return 'refused';
      }
    };
    fc.assert(
      fc.property(fc.nat(whole.length - 1), (length) => {
        expect(readAll(whole.subarray(0, length))).toBe('refused');
      }),
      { numRuns: 300 },
    );
    const flips = fc.array(fc.record({ byte: fc.nat(headerEnd - 1), bit: fc.nat(7) }), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(flips, (chosen) => {
        const bytes = Uint8Array.from(whole);
        for (const { byte, bit } of chosen) bytes[byte]! ^= 1 << bit;
        readAll(bytes);
      }),
      { numRuns: 3000 },
    );
  });
});
