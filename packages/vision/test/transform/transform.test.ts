import { ConfigError, RandomStream, type Mode } from '@d2v/core';
import { rasterItem, type ImageItem, type ImageSample, type Raster, type View } from '../../src/image/index.js';
import { createTransform, transformSchema } from '../../src/transform/index.js';
import { resample } from '../../src/image/resample/index.js';
import { fixture, raster } from './pil.js';

const colour = raster(fixture.images[0]!);
const small = { imageSize: 8, channels: 3 } as const;
const stream = (key = 1): RandomStream => new RandomStream(['transform', key]);

/** An item that remembers the views it was asked for. */
function spy(source: Raster): { item: ImageItem; views: View[] } {
  const views: View[] = [];
  const inner = rasterItem('spied', source, 2);
  return { item: { ...inner, pixels: (view) => (views.push(view), inner.pixels(view)) }, views };
}

async function run(
  options: object,
  mode: Mode,
  key = 1,
  target: Parameters<typeof createTransform>[1] = small,
): Promise<ImageSample> {
  return createTransform(transformSchema.parse(options), target, mode)(rasterItem('x', colour, 2), stream(key));
}

describe('createTransform', () => {
  test.each(['pretrain', 'finetune', 'evaluate'] as const)(
    '%s yields a sample of the size of the encoder',
    async (mode) => {
      const sample = await run({}, mode, 1, { imageSize: [6, 10], channels: 1 });
      expect(sample).toMatchObject({ height: 6, width: 10, channels: 1, label: 2, name: 'x' });
      expect(sample.pixels).toHaveLength(60);
      expect(sample.pixels.every(Number.isFinite)).toBe(true);
    },
  );

  test.each(['pretrain', 'finetune'] as const)('%s is a pure function of the stream', async (mode) => {
    const jitter = { brightness: 0.4, contrast: 0.4, saturation: 0.4 };
    expect(await run({ jitter }, mode, 5)).toEqual(await run({ jitter }, mode, 5));
    expect((await run({ jitter }, mode, 5)).pixels).not.toEqual((await run({ jitter }, mode, 6)).pixels);
  });

  test('evaluation is the same for every stream', async () => {
    expect(await run({}, 'evaluate', 1)).toEqual(await run({}, 'evaluate', 2));
  });

  test('evaluation resizes to 256 and cuts 224, by default', async () => {
    const { item, views } = spy({ width: 50, height: 40, channels: 3, data: new Uint8Array(6000) });
    await createTransform(transformSchema.parse({}), { imageSize: 224, channels: 3 }, 'evaluate')(item, stream());
    expect(views[0]).toMatchObject({
      size: { width: 320, height: 256 },
      cut: { left: 48, top: 16, width: 224, height: 224 },
      filter: 'bicubic',
      flip: false,
    });
  });

  test('evaluation takes a 28×28 image as it is', async () => {
    const digit: Raster = {
      width: 28,
      height: 28,
      channels: 1,
      data: Uint8Array.from({ length: 784 }, (_, i) => i % 256),
    };
    const transform = createTransform(transformSchema.parse({}), { imageSize: 28, channels: 1 }, 'evaluate');
    const { pixels } = await transform(rasterItem('digit', digit), stream());
    expect([...pixels]).toEqual([...digit.data].map((value) => Math.fround((value / 255 - 0.5) / 0.5)));
  });

  test('pre-training mirrors half of the colour images and no grey ones, and crops at least a fifth', async () => {
    const { item, views } = spy({ width: 50, height: 40, channels: 3, data: new Uint8Array(6000) });
    const draws = 800;
    const transform = createTransform(transformSchema.parse({}), { imageSize: 64, channels: 3 }, 'pretrain');
    for (let i = 0; i < draws; i++) await transform(item, stream(i));
    const flips = views.filter(({ flip }) => flip).length;
    expect(Math.abs(flips - draws / 2)).toBeLessThan(4 * Math.sqrt(draws / 4));
    const areas = views.map(({ box }) => box!.width * box!.height);
    expect(Math.min(...areas)).toBeGreaterThan(0.19 * 2000);
    expect(Math.min(...areas)).toBeLessThan(0.25 * 2000);
    views.length = 0;
    const grey = createTransform(transformSchema.parse({}), { imageSize: 28, channels: 1 }, 'pretrain');
    for (let i = 0; i < 50; i++) await grey(item, stream(i));
    expect(views.some(({ flip }) => flip)).toBe(false);
    expect(Math.min(...views.map(({ box }) => box!.width * box!.height))).toBeGreaterThan(0.47 * 2000);
  });

  test('fine-tuning without RandAugment and erasing is pre-training at the same scale', async () => {
    const options = { crop: { scale: [0.3, 1] }, randAugment: 'none', erase: 'none' };
    for (let key = 0; key < 5; key++)
      expect(await run(options, 'finetune', key)).toEqual(await run(options, 'pretrain', key));
  });

  test('switching a step on leaves the draws of the others as they were', async () => {
    const { item, views } = spy(colour);
    const plain = createTransform(transformSchema.parse({}), small, 'pretrain');
    const jittered = createTransform(transformSchema.parse({ jitter: { brightness: 0.4 } }), small, 'pretrain');
    await plain(item, stream());
    await jittered(item, stream());
    expect(views[0]).toEqual(views[1]);
  });

  test('crop: none resizes and cuts in training too', async () => {
    const sample = await run({ crop: 'none', flip: 0 }, 'pretrain');
    expect(sample).toEqual(await run({ crop: 'none' }, 'evaluate'));
    const resized = resample(colour, { width: 9, height: 8 }, 'bicubic', {
      cut: { left: 0, top: 0, width: 8, height: 8 },
    });
    expect(sample.pixels[0]).toBeCloseTo((resized.data[0]! / 255 - 0.485) / 0.229, 5);
  });

  test('one mean and std serve every channel; another number of them is refused', async () => {
    const sample = await run({ normalise: { mean: [0.5], std: [0.5] } }, 'evaluate');
    expect(sample.normalisation).toEqual({ mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] });
    await expect(run({ normalise: { mean: [0.5, 0.5] } }, 'evaluate')).rejects.toThrow(ConfigError);
  });

  test('refuses to resize to less than the image size', () => {
    const options = transformSchema.parse({ evaluation: { resize: 200 } });
    expect(() => createTransform(options, { imageSize: 224, channels: 3 }, 'evaluate')).toThrow(
      /evaluation\.resize: 200/,
    );
  });
});

describe('transformSchema', () => {
  test('needs no option and refuses unknown ones', () => {
    expect(transformSchema.parse({})).toMatchObject({
      crop: { scale: 'auto', filter: 'bicubic' },
      flip: 'auto',
      jitter: { brightness: 0, contrast: 0, saturation: 0 },
      randAugment: { layers: 2, magnitude: 9, std: 0.5, probability: 0.5 },
      erase: { probability: 0.25 },
    });
    expect(transformSchema.safeParse({ colour: 1 }).success).toBe(false);
    expect(transformSchema.safeParse({ crop: { scale: [1, 0.2] } }).success).toBe(false);
    expect(transformSchema.safeParse({ normalise: { mean: [Number.NaN] } }).success).toBe(false);
    expect(transformSchema.safeParse({ normalise: { std: [0] } }).success).toBe(false);
  });
});
