import fc from 'fast-check';
import { CheckpointError, Safetensors, safetensorsChunks, writeSafetensors, type HostTensor } from '@d2v/core';
import { fixture, safetensorsFixtures } from './fixtures.js';

const shape = fc.array(fc.nat(4), { maxLength: 3 });
const tensor: fc.Arbitrary<HostTensor> = shape.chain((sizes) => {
  const length = sizes.reduce((a, b) => a * b, 1);
  const exactly = { minLength: length, maxLength: length };
  return fc.oneof(
    fc.float32Array(exactly).map((data) => ({ data: Float32Array.from(data), shape: sizes })),
    fc.int32Array(exactly).map((data) => ({ data: Int32Array.from(data), shape: sizes })),
    fc.uint8Array({ ...exactly, max: 1 }).map((data) => ({ data: Uint8Array.from(data), shape: sizes })),
  );
});

describe('writeSafetensors', () => {
  // Files of the format's own writer that hold nothing but what is written here.
  const writable = safetensorsFixtures().filter((path) =>
    [...new Safetensors(fixture(path), path).tensors.values()].every(({ dtype }) =>
      ['F32', 'I32', 'BOOL'].includes(dtype),
    ),
  );

  it.each(writable)('writes %s byte for byte as it was', (path) => {
    const read = new Safetensors(fixture(path), path);
    const shuffled = new Map([...read].reverse());
    const metadata = read.metadata.size > 0 ? Object.fromEntries(read.metadata) : undefined;
    expect(Buffer.compare(writeSafetensors(shuffled, metadata), fixture(path))).toBe(0);
  });

  it('writes what is read back', () => {
    const name = fc.string({ unit: 'grapheme' }).filter((text) => text !== '__metadata__');
    const model = fc.array(fc.tuple(name, tensor), { maxLength: 8 }).map((entries) => new Map(entries));
    const metadata = fc.option(fc.dictionary(fc.string(), fc.string()), { nil: undefined });
    fc.assert(
      fc.property(model, metadata, (tensors, meta) => {
        const bytes = writeSafetensors(tensors, meta);
        const read = new Safetensors(bytes, 'round trip');
        expect(new Map(read)).toEqual(tensors);
        expect([...read.metadata]).toEqual(Object.entries(meta ?? {}));
      }),
    );
  });

  it('starts the data at a multiple of 8 bytes', () => {
    for (let length = 1; length < 20; length++) {
      const [header] = safetensorsChunks(new Map([['x'.repeat(length), { data: new Float32Array(1), shape: [1] }]]));
      expect(header!.length % 8).toBe(0);
    }
  });

  it('yields views of the tensors’ memory', () => {
    const data = Float32Array.of(1, 2, 3);
    const [, chunk] = safetensorsChunks(new Map([['a', { data: data.subarray(1), shape: [2] }]]));
    expect(chunk!.buffer).toBe(data.buffer);
    expect([chunk!.byteOffset, chunk!.byteLength]).toEqual([4, 8]);
  });

  it.each<[string, HostTensor, string]>([
    ['a', { data: new Float32Array(3), shape: [2] }, "tensor 'a': the shape [2] does not hold 3 values"],
    ['b', { data: Uint8Array.of(0, 2), shape: [2] }, "tensor 'b': a Uint8Array is written as BOOL"],
    ['__metadata__', { data: new Float32Array(1), shape: [1] }, "cannot be named '__metadata__'"],
  ])('refuses the tensor %s: %j', (name, value, problem) => {
    const write = (): unknown => writeSafetensors(new Map([[name, value]]));
    expect(write).toThrow(CheckpointError);
    expect(write).toThrow(problem);
  });
});
