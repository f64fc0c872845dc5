import { crc32 } from 'node:zlib';
import { SampleError, type D2vError } from '@d2v/core';
import sharp, { type Sharp } from 'sharp';
import { openImage } from '../../src/node/decode.js';
import { copy, resample } from '../../src/image/resample/index.js';
import { flipHorizontally, luma, withChannels, type Raster } from '../../src/image/raster.js';

/** A smooth picture with no symmetry: red grows to the right, green downwards. */
const width = 40;
const height = 30;
const scene: Raster = {
  width,
  height,
  channels: 3,
  data: Uint8Array.from({ length: width * height * 3 }, (_, i) => {
    const [x, y] = [Math.floor(i / 3) % width, Math.floor(i / 3 / width)];
    return [20 + 5 * x, 30 + 6 * y, 60 + x + y][i % 3]!;
  }),
};
const raw = { raw: { width, height, channels: 3 } } as const;
const encode = (): Sharp => sharp(scene.data, raw);
const png = (): Promise<Buffer> => encode().png().toBuffer();

async function decodeWhole(bytes: Uint8Array, channels: 1 | 3 = 3): Promise<Raster> {
  const item = await openImage(bytes, 'test.png');
  return item.pixels({ size: item, channels, filter: 'bicubic' });
}

/** Largest difference of any value, and their mean difference. */
function difference(a: Raster, b: Raster): { most: number; mean: number } {
  expect([a.width, a.height, a.channels, a.data.length]).toEqual([b.width, b.height, b.channels, b.data.length]);
  const all = [...a.data].map((value, i) => Math.abs(value - b.data[i]!));
  return { most: Math.max(...all), mean: all.reduce((x, y) => x + y, 0) / all.length };
}

describe('an image file', () => {
  test('says its size and label before it is decoded', async () => {
    expect(await openImage(await png(), 'cat.png', 3)).toMatchObject({ name: 'cat.png', label: 3, width, height });
  });

  test('gives its very pixels in the identity view, which the caller owns', async () => {
    const result = await decodeWhole(await png());
    expect(result).toEqual(scene);
    expect(result.data.constructor.name).toBe('Uint8Array');
  });

  test.each(['jpeg', 'webp', 'png', 'gif', 'avif', 'tiff'] as const)(
    'decodes %s, whatever its name says',
    async (format) => {
      const bytes = await encode().toFormat(format, { quality: 95 }).toBuffer();
      expect(difference(await decodeWhole(bytes), scene).mean).toBeLessThan(8);
    },
  );

  test.each(['bicubic', 'bilinear'] as const)(
    'crops, resizes, cuts and mirrors as pixels in memory do: %s',
    async (filter) => {
      const item = await openImage(await png(), 'x');
      const [box, size, cut] = [
        { left: 5, top: 3, width: 24, height: 20 },
        { width: 18, height: 15 },
        { left: 2, top: 1, width: 12, height: 11 },
      ];
      const expected = resample(scene, size, filter, { box, cut });
      flipHorizontally(expected);
      expect(await item.pixels({ box, size, cut, channels: 3, filter, flip: true })).toEqual(expected);
      const larger = { width: 55, height: 70 };
      expect(await item.pixels({ size: larger, channels: 3, filter })).toEqual(resample(scene, larger, filter));
      // What shrinks twofold is resampled by libvips.
      const [small, part] = [{ width: 9, height: 8 }, { left: 2, top: 1, width: 6, height: 5 }]; // prettier-ignore
      const shrunk = await item.pixels({ box, size: small, cut: part, channels: 3, filter });
      expect(difference(shrunk, resample(scene, small, filter, { box, cut: part })).most).toBeLessThanOrEqual(3);
    },
  );

  test('a box at the same size is copied', async () => {
    const item = await openImage(await png(), 'x');
    const box = { left: 5, top: 3, width: 24, height: 20 };
    expect(await item.pixels({ box, size: box, channels: 3, filter: 'bicubic' })).toEqual(copy(scene, box));
  });

  test.each(['jpeg', 'webp'] as const)(
    'a large %s that is shrunk shows the asked part to half a pixel',
    async (format) => {
      const big = { width: 640, height: 480 };
      const bytes = await encode()
        .resize({ ...big, kernel: 'linear' })
        .toFormat(format, { quality: 98 })
        .toBuffer();
      const item = await openImage(bytes, 'x');
      const whole = await item.pixels({ size: item, channels: 3, filter: 'bicubic' });
      for (const box of [
        { left: 101, top: 37, width: 403, height: 390 },
        { left: 440, top: 300, width: 200, height: 180 },
        { left: 0, top: 0, width: 639, height: 479 },
      ]) {
        const size = { width: 48, height: 50 };
        const result = await item.pixels({ box, size, channels: 3, filter: 'bicubic' });
        expect(difference(result, resample(whole, size, 'bicubic', { box })).most).toBeLessThanOrEqual(6);
      }
    },
  );

  test.each([1, 2, 3, 4, 5, 6, 7, 8])('stands upright: EXIF orientation %i', async (orientation) => {
    const turned = await encode()
      .jpeg({ quality: 100, chromaSubsampling: '4:4:4' })
      .withMetadata({ orientation })
      .toBuffer();
    const item = await openImage(turned, 'x');
    const sideways = orientation > 4;
    expect([item.width, item.height]).toEqual(sideways ? [height, width] : [width, height]);
    const size = { width: item.width, height: item.height };
    const whole = await item.pixels({ size, channels: 3, filter: 'bicubic' });
    // Where each corner of the stored picture is shown, clockwise from the top left, by the EXIF standard.
    const corners = [
      whole.data.subarray(0, 3),
      whole.data.subarray((item.width - 1) * 3, item.width * 3),
      whole.data.subarray(-3),
      whole.data.subarray((item.height - 1) * item.width * 3, (item.height - 1) * item.width * 3 + 3),
    ].map(([red, green]) => `${red! > 120 ? 'right' : 'left'} ${green! > 120 ? 'bottom' : 'top'}`);
    const [a, b, c, d] = ['left top', 'right top', 'right bottom', 'left bottom'];
    const shown = [
      [a, b, c, d],
      [b, a, d, c],
      [c, d, a, b],
      [d, c, b, a],
      [a, d, c, b],
      [d, a, b, c],
      [c, b, a, d],
      [b, c, d, a],
    ];
    expect(corners).toEqual(shown[orientation - 1]);
    const box = { left: 4, top: 6, width: 20, height: 18 };
    // Half the size lets the decoder skip pixels, the other size does not.
    for (const size of [
      { width: 10, height: 9 },
      { width: 18, height: 15 },
    ]) {
      const part = await item.pixels({ box, size, channels: 3, filter: 'bicubic', flip: true });
      const expected = resample(whole, size, 'bicubic', { box });
      flipHorizontally(expected);
      expect(difference(part, expected).most).toBeLessThanOrEqual(4);
    }
  });

  test('grey images give one or three channels, colour images their luma', async () => {
    const grey = await sharp(
      scene.data.filter((_, i) => i % 3 === 0),
      { raw: { width, height, channels: 1 } },
    )
      .png()
      .toBuffer();
    const one = await decodeWhole(grey, 1);
    expect(one.data).toEqual(scene.data.filter((_, i) => i % 3 === 0));
    expect(await decodeWhole(grey, 3)).toEqual(withChannels(one, 3));
    expect(await decodeWhole(await png(), 1)).toEqual(withChannels(scene, 1));
    expect((await decodeWhole(await png(), 1)).data[0]).toBe(luma(20, 30, 60));
  });

  test('transparent pixels are over white', async () => {
    const pixels = Uint8Array.of(200, 100, 50, 255, 200, 100, 50, 0, 200, 100, 50, 128);
    const bytes = await sharp(pixels, { raw: { width: 3, height: 1, channels: 4 } })
      .png()
      .toBuffer();
    const { data } = await decodeWhole(bytes);
    expect([...data.subarray(0, 6)]).toEqual([200, 100, 50, 255, 255, 255]);
    [227, 177, 152].forEach((value, c) => expect(Math.abs(data[6 + c]! - value)).toBeLessThanOrEqual(1));
    const grey = await sharp(Uint8Array.of(9, 255, 9, 0), { raw: { width: 2, height: 1, channels: 2 } })
      .png()
      .toBuffer();
    expect([...(await decodeWhole(grey, 1)).data]).toEqual([9, 255]);
  });

  test('16-bit images keep their high bytes', async () => {
    const wide = Uint16Array.from(scene.data, (value) => value * 257);
    const colour = await sharp(wide, raw).toColourspace('rgb16').png().toBuffer();
    expect((await sharp(colour).metadata()).depth).toBe('ushort');
    expect(difference(await decodeWhole(colour), scene).most).toBeLessThanOrEqual(1);
    const grey = await sharp(
      wide.filter((_, i) => i % 3 === 0),
      { raw: { width, height, channels: 1 } },
    )
      .toColourspace('grey16')
      .png()
      .toBuffer();
    expect((await sharp(grey).metadata()).depth).toBe('ushort');
    const expected = { width, height, channels: 1 as const, data: scene.data.filter((_, i) => i % 3 === 0) };
    expect(difference(await decodeWhole(grey, 1), expected).most).toBeLessThanOrEqual(1);
  });

  test('CMYK images become RGB', async () => {
    const ink = sharp({ create: { width: 8, height: 8, channels: 3, background: '#ff0000' } });
    const bytes = await ink.toColourspace('cmyk').jpeg({ quality: 100 }).toBuffer();
    expect(await sharp(bytes).metadata()).toMatchObject({ space: 'cmyk', channels: 4 });
    const { data } = await decodeWhole(bytes);
    expect(data[0]).toBeGreaterThan(200);
    expect(data[1]).toBeLessThan(70);
    expect(data[2]).toBeLessThan(70);
    const paper = sharp({ create: { width: 8, height: 8, channels: 3, background: '#ffffff' } });
    const white = await decodeWhole(await paper.toColourspace('cmyk').jpeg({ quality: 100 }).toBuffer());
    expect(Math.min(...white.data)).toBeGreaterThan(250);
  });

  test.each(['gif', 'webp'] as const)('an animated %s shows its first frame', async (format) => {
    const frames = await Promise.all(
      ['#c00000', '#0000c0'].map((background) =>
        sharp({ create: { width: 6, height: 4, channels: 3, background } })
          .png()
          .toBuffer(),
      ),
    );
    const bytes = await sharp(frames, { join: { animated: true } })
      .toFormat(format, { lossless: true })
      .toBuffer();
    expect((await sharp(bytes, { animated: true }).metadata()).pages).toBe(2);
    const item = await openImage(bytes, 'x');
    expect([item.width, item.height]).toEqual([6, 4]);
    const { data } = await item.pixels({ size: item, channels: 3, filter: 'bicubic' });
    expect([data[0]! > 180, data[2]! < 20]).toEqual([true, true]);
  });

  test('one pixel is enlarged', async () => {
    const bytes = await sharp({ create: { width: 1, height: 1, channels: 3, background: '#123456' } })
      .png()
      .toBuffer();
    const item = await openImage(bytes, 'dot');
    const { data } = await item.pixels({ size: { width: 224, height: 224 }, channels: 3, filter: 'bicubic' });
    expect(data).toHaveLength(224 * 224 * 3);
    expect([...data.subarray(-3)]).toEqual([0x12, 0x34, 0x56]);
  });
});

describe('a file that cannot be used', () => {
  const named = async (work: Promise<unknown>): Promise<D2vError> => {
    const error: unknown = await work.then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(SampleError);
    expect((error as SampleError).sample).toBe('bad.jpg');
    expect((error as SampleError).hint).toBeTruthy();
    return error as D2vError;
  };

  test('empty', async () => {
    expect((await named(openImage(new Uint8Array(), 'bad.jpg'))).message).toMatch(/^bad\.jpg: the file is empty/);
  });

  test('no image', async () => {
    const error = await named(openImage(new TextEncoder().encode('<html>404</html>'), 'bad.jpg'));
    expect(error.message).toMatch(/^bad\.jpg: not a readable image \(.*unsupported image format/);
  });

  test.each(['jpeg', 'png', 'webp', 'gif'] as const)('a %s that is cut off', async (format) => {
    const noise = Uint8Array.from({ length: 90 * 90 * 3 }, (_, i) => Math.imul(i, 2654435761) >>> 24);
    const bytes = await sharp(noise, { raw: { width: 90, height: 90, channels: 3 } })
      .toFormat(format)
      .toBuffer();
    const cut = bytes.subarray(0, Math.floor(bytes.length / 2));
    await named(openImage(cut, 'bad.jpg').then((item) => item.pixels({ size: item, channels: 3, filter: 'bicubic' })));
  });

  test('a PNG whose data are damaged', async () => {
    const bytes = await png();
    bytes.fill(0x55, bytes.length - 200, bytes.length - 20);
    await named(
      openImage(bytes, 'bad.jpg').then((item) => item.pixels({ size: item, channels: 3, filter: 'bicubic' })),
    );
  });

  test('a decompression bomb: refused by its header', async () => {
    const bytes = await png();
    bytes.writeUInt32BE(100_000, 16);
    bytes.writeUInt32BE(100_000, 20);
    bytes.writeUInt32BE(crc32(bytes.subarray(12, 29)), 29);
    const error = await named(openImage(bytes, 'bad.jpg'));
    expect(error.message).toMatch(/100000×100000 pixels are more than the 178956970/);
  });
});
