import fc from 'fast-check';
import { copy, resample } from '../../src/image/resample/index.js';
import { flipHorizontally, withChannels, type Raster } from '../../src/image/raster.js';
import { rasterItem } from '../../src/image/raster-item.js';
import { boxOf, bytes, fixture, raster } from '../transform/pil.js';

const image = raster(fixture.images[0]!);

const noise = fc
  .record({
    width: fc.integer({ min: 1, max: 12 }),
    height: fc.integer({ min: 1, max: 12 }),
    channels: fc.constantFrom(1 as const, 3 as const),
  })
  .chain((size) =>
    fc
      .uint8Array({
        minLength: size.width * size.height * size.channels,
        maxLength: size.width * size.height * size.channels,
      })
      .map((data): Raster => ({ ...size, data })),
  );

describe('resampling', () => {
  test.each(fixture.resize.map((entry, index) => [index, entry] as const))(
    'gives the bytes that PIL gives (case %i)',
    (_, { image: index, filter, box, out }) => {
      const source = raster(fixture.images[index]!);
      const before = source.data.slice();
      const result = resample(source, out, filter, { box: boxOf(box) });
      expect(result).toEqual(raster(out));
      expect(source.data).toEqual(before);
    },
  );

  test('a cut is the same part of the whole result', () => {
    fc.assert(
      fc.property(
        noise,
        fc.integer({ min: 1, max: 15 }),
        fc.integer({ min: 1, max: 15 }),
        fc.nat(),
        fc.nat(),
        (source, width, height, a, b) => {
          const left = a % width;
          const top = b % height;
          const cut = { left, top, width: 1 + (b % (width - left)), height: 1 + (a % (height - top)) };
          const whole = resample(source, { width, height }, 'bicubic');
          expect(resample(source, { width, height }, 'bicubic', { cut })).toEqual(copy(whole, cut));
        },
      ),
    );
  });

  test('an even image stays even', () => {
    const grey: Raster = { width: 5, height: 3, channels: 1, data: new Uint8Array(15).fill(201) };
    for (const filter of ['bicubic', 'bilinear'] as const) {
      expect(new Set(resample(grey, { width: 8, height: 2 }, filter).data)).toEqual(new Set([201]));
    }
  });

  test('the size of the box copies its pixels', () => {
    const box = { left: 2, top: 3, width: 4, height: 5 };
    const result = resample(image, box, 'bicubic', { box });
    expect(result).toEqual(copy(image, box));
    expect(result.data.buffer).not.toBe(image.data.buffer);
  });

  test('one pixel becomes an even picture', () => {
    const dot: Raster = { width: 1, height: 1, channels: 3, data: Uint8Array.of(1, 2, 3) };
    expect([...resample(dot, { width: 2, height: 1 }, 'bicubic').data]).toEqual([1, 2, 3, 1, 2, 3]);
  });
});

describe('channels', () => {
  test("colour becomes PIL's luma", () => {
    expect(withChannels(image, 1).data).toEqual(bytes(fixture.luma));
  });

  test('grey becomes three equal channels, and grey again is unchanged', () => {
    const grey = raster(fixture.images[1]!);
    const colour = withChannels(grey, 3);
    expect([...colour.data.subarray(0, 3)]).toEqual(new Array(3).fill(grey.data[0]));
    expect(withChannels(colour, 1)).toEqual(grey);
  });

  test('mirroring swaps left and right, and twice is nothing', () => {
    const row: Raster = { width: 3, height: 1, channels: 3, data: Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9) };
    flipHorizontally(row);
    expect([...row.data]).toEqual([7, 8, 9, 4, 5, 6, 1, 2, 3]);
    const twice = raster(fixture.images[0]!);
    flipHorizontally(twice);
    flipHorizontally(twice);
    expect(twice).toEqual(image);
  });
});

describe('an image in memory', () => {
  test('crops, resamples, cuts, changes channels and mirrors, and keeps its own pixels', async () => {
    const before = image.data.slice();
    const item = rasterItem('dot', image, 4);
    expect(item).toMatchObject({ name: 'dot', label: 4, width: 13, height: 11 });
    const view = {
      box: { left: 1, top: 2, width: 10, height: 8 },
      size: { width: 6, height: 5 },
      filter: 'bilinear',
    } as const;
    const plain = resample(image, view.size, 'bilinear', { box: view.box });
    const cut = { left: 1, top: 1, width: 4, height: 3 };
    const expected = withChannels(copy(plain, cut), 1);
    flipHorizontally(expected);
    const result = await item.pixels({ ...view, cut, channels: 1, flip: true });
    expect(result).toEqual(expected);
    result.data.fill(0);
    expect(image.data).toEqual(before);
  });

  test('the identity view is a copy', async () => {
    const result = await rasterItem('x', image).pixels({ size: image, channels: 3, filter: 'bicubic' });
    expect(result.data).toEqual(image.data);
    result.data.fill(0);
    expect(image.data.some((value) => value > 0)).toBe(true);
  });
});
