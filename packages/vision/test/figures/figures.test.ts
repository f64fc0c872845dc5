import { ShapeError } from '@d2v/core';
import { decode } from 'fast-png';
import { imageFigures } from '../../src/figures/index.js';
import type { ImageSample } from '../../src/image/index.js';

const normalisation = { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] };

/** A 6×4 image with three different values in every pixel, normalised. */
const bytes = Uint8Array.from({ length: 72 }, (_, i) => (i * 37) % 256);
const sample: ImageSample = {
  pixels: Float32Array.from(
    bytes,
    (value, i) => (value / 255 - normalisation.mean[i % 3]!) / normalisation.std[i % 3]!,
  ),
  width: 6,
  height: 4,
  channels: 3,
  name: 'a "b" <c> & d',
  normalisation,
};

const pixels = (html: string): ReturnType<typeof decode> => {
  const [, data] = /src="data:image\/png;base64,([^"]+)"/.exec(html) ?? [];
  return decode(Uint8Array.from(Buffer.from(data!, 'base64')));
};

describe('figures', () => {
  test('show the image that was normalised, in a page-safe tag', () => {
    const html = imageFigures.sample(sample);
    expect(html).toMatch(/^<img src="data:image\/png;base64,[A-Za-z0-9+/=]+" width="114" height="76" alt="[^"<>]*"/);
    expect(html).toContain('alt="a &quot;b&quot; &lt;c&gt; &amp; d"');
    expect(pixels(html)).toMatchObject({ width: 6, height: 4, channels: 3 });
    expect([...pixels(html).data]).toEqual([...bytes]);
  });

  test('stretch values of unknown normalisation, and show grey images', () => {
    const grey: ImageSample = { pixels: Float32Array.of(-2, 0, 2, 1), width: 2, height: 2, channels: 1, name: 'g' };
    expect([...pixels(imageFigures.sample(grey)).data]).toEqual([0, 128, 255, 191]);
    const even: ImageSample = { ...grey, pixels: new Float32Array(4).fill(3) };
    expect(new Set(pixels(imageFigures.sample(even)).data)).toEqual(new Set([0]));
  });

  test('hide masked patches in grey and leave the others', () => {
    const mask = Uint8Array.of(0, 1, 0, 1, 0, 0); // 2×3 patches of 2×2
    const { data } = pixels(imageFigures.masked(sample, mask));
    for (let y = 0; y < 4; y++) {
      for (let x = 0; x < 6; x++) {
        const hidden = mask[Math.floor(y / 2) * 3 + Math.floor(x / 2)];
        const at = (y * 6 + x) * 3;
        expect([...data.subarray(at, at + 3)]).toEqual(hidden ? [128, 128, 128] : [...bytes.subarray(at, at + 3)]);
      }
    }
  });

  test('paint tokens in their colours', () => {
    const rgb = Float32Array.from({ length: 18 }, (_, i) => i / 17);
    const { data } = pixels(imageFigures.tokens(sample, rgb));
    const colour = (x: number, y: number): number[] => [...data.subarray((y * 6 + x) * 3, (y * 6 + x) * 3 + 3)];
    expect(colour(0, 0)).toEqual([0, 15, 30]);
    expect(colour(5, 3)).toEqual([225, 240, 255]);
    expect(colour(4, 2)).toEqual(colour(5, 3));
    expect(colour(3, 1)).toEqual(colour(2, 0));
  });

  test('refuse a mask that is no grid of square patches', () => {
    expect(() => imageFigures.masked(sample, new Uint8Array(5))).toThrow(ShapeError);
    expect(() => imageFigures.tokens(sample, new Float32Array(7))).toThrow(ShapeError);
  });
});
