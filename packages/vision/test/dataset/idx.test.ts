import { gzipSync } from 'node:zlib';
import { ConfigError, SampleError } from '@d2v/core';
import fc from 'fast-check';
import { idxDataset, imageDatasets, parseIdx } from '../../src/dataset/index.js';
import { rejection, temporaryFolder } from './files.js';

const files = temporaryFolder();

/** An IDX file of unsigned bytes. */
function idx(shape: readonly number[], values: ArrayLike<number>): Uint8Array {
  const bytes = new Uint8Array(4 + 4 * shape.length + values.length);
  bytes.set([0, 0, 8, shape.length]);
  shape.forEach((side, axis) => new DataView(bytes.buffer).setUint32(4 + 4 * axis, side));
  bytes.set(Array.from(values), 4 + 4 * shape.length);
  return bytes;
}

const pixels = Array.from({ length: 18 }, (_, i) => i * 14);
const images = idx([3, 2, 3], pixels);
const labels = idx([3], [2, 0, 2]);
const open = (options: object) => imageDatasets.idx.open(imageDatasets.idx.schema.parse(options));

describe('the IDX format', () => {
  test('is read back as it was written, whatever the shape', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 4 }), (shape) => {
        const values = Array.from({ length: shape.reduce((a, b) => a * b) }, (_, i) => i % 256);
        const parsed = parseIdx(idx(shape, values), 'x');
        expect([parsed.shape, [...parsed.data]]).toEqual([shape, values]);
      }),
    );
  });

  test('no cut-off or longer file passes, nor does any kill the reader', () => {
    for (let length = 0; length < images.length; length++) {
      expect(() => parseIdx(images.subarray(0, length), 'cut.idx')).toThrow(SampleError);
    }
    expect(() => parseIdx(Uint8Array.of(...images, 0), 'long.idx')).toThrow(
      /too long: \(3, 2, 3\) needs 18 bytes, 19 are there/,
    );
    expect(() => parseIdx(images.subarray(0, 25), 'cut.idx')).toThrow(
      /cut\.idx: the file is cut off: \(3, 2, 3\) needs 18 bytes, 9 are there/,
    );
  });

  test('refuses other types and other files', () => {
    expect(() => parseIdx(Uint8Array.of(0, 0, 0x0d, 1, 0, 0, 0, 0), 'x')).toThrow(/type 0x0d/);
    expect(() => parseIdx(new TextEncoder().encode('PNG and so on'), 'x')).toThrow(/not an IDX file/);
  });
});

describe('idx reader', () => {
  test.each(['plain', 'gzipped'])('reads %s images with labels', async (kind) => {
    const packed = (bytes: Uint8Array): Uint8Array => (kind === 'plain' ? bytes : gzipSync(bytes));
    const data = await open({
      images: await files.write(`${kind}/images.gz`, packed(images)),
      labels: await files.write(`${kind}/labels`, packed(labels)),
    });
    expect([data.size, data.classes, data.label!(2)]).toEqual([3, ['0', '1', '2'], 2]);
    const item = await data.read(1);
    expect(item).toMatchObject({ label: 0, width: 3, height: 2 });
    expect(item.name).toMatch(/images\.gz\[1\]$/);
    const { data: read } = await item.pixels({ size: item, channels: 1, filter: 'bicubic' });
    expect([...read]).toEqual(pixels.slice(6, 12));
  });

  test('reads unlabelled and colour images, and selects', async () => {
    const path = await files.write('colour', idx([2, 1, 3, 3], pixels));
    const data = await open({ images: path, range: [1, 2] });
    expect([data.size, data.classes]).toEqual([1, undefined]);
    const item = await data.read(0);
    const { data: read } = await item.pixels({ size: item, channels: 3, filter: 'bicubic' });
    expect([...read]).toEqual(pixels.slice(9));
  });

  test('needs as many labels as images, each a class', () => {
    const [a, b] = [{ bytes: images, name: 'a.idx' }, (bytes: Uint8Array) => ({ bytes, name: 'b.idx' })];
    expect(() => idxDataset(a, b(idx([2], [0, 1])))).toThrow(/b\.idx: 2 labels for the 3 images of a\.idx/);
    expect(() => idxDataset(a, b(images))).toThrow(/b\.idx: an array of \(3, 2, 3\)/);
    expect(() => idxDataset(b(labels), a)).toThrow(/swapped/);
    expect(() => idxDataset(a, b(labels), ['x', 'y'])).toThrow(/b\.idx\[0\]: label 2 is not a class in \[0, 2\)/);
    expect(idxDataset(a, b(labels), ['x', 'y', 'z']).classes).toEqual(['x', 'y', 'z']);
  });

  test('names a file that is missing or whose gzip data are cut off', async () => {
    const missing = await rejection(open({ images: files.path('none') }));
    expect(missing).toBeInstanceOf(SampleError);
    expect(missing.message).toMatch(/none: the file does not exist/);
    const packed = gzipSync(images);
    const cut = await rejection(open({ images: await files.write('cut.gz', packed.subarray(0, packed.length - 12)) }));
    expect(cut).toBeInstanceOf(SampleError);
    expect(cut.message).toMatch(/cut\.gz: the gzip data is damaged/);
  });

  test('says which option is wrong', async () => {
    expect(imageDatasets.idx.schema.safeParse({ image: 'x' }).success).toBe(false);
    const path = await files.write('few', images);
    expect(await rejection(open({ images: path, range: [0, 4] }))).toBeInstanceOf(ConfigError);
  });
});
