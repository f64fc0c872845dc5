/**
 * How fast images become samples: JPEG files of 500×375 → decode, random resized crop to 224², mirror, normalise.
 *
 *   node --conditions=@d2v/source --import ./tools/typescript.mjs bench/data-pipeline.ts [images] [concurrency]
 *
 * `sharp alone` decodes and resizes without anything else: the floor. CPU time is reported beside the rate, because it
 * depends less on what else the machine does.
 */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { RandomStream } from '@d2v/core';
import { createTransform, transformSchema } from '@d2v/vision';
import { openFolder } from '@d2v/vision/node';
import sharp from 'sharp';

const [count = 200, concurrency = 2 * availableParallelism()] = process.argv.slice(2).map(Number);
const [width, height] = [500, 375];

/** Gradients under noise, which compress to about the size of a photograph. */
async function writeImages(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (let i = 0; i < count; i++) {
    const stream = new RandomStream(['bench', i]);
    const [a, b, c] = [stream.uniform(1, 9), stream.uniform(1, 9), stream.uniform(0, 6)];
    const data = new Uint8ClampedArray(width * height * 3);
    for (let at = 0; at < data.length; at++) {
      const [x, y] = [(Math.floor(at / 3) % width) / width, Math.floor(at / 3 / width) / height];
      data[at] = 128 + 90 * Math.sin(a * x + b * y + c + (at % 3)) + stream.uniform(-24, 24);
    }
    await sharp(data, { raw: { width, height, channels: 3 } })
      .jpeg({ quality: 85 })
      .toFile(join(folder, `${i}.jpg`));
  }
}

/** What is done with one image. */
type Work = (index: number) => Promise<unknown>;

/** Does all images, `concurrency` at a time. */
async function run(work: Work): Promise<void> {
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let index = next++; index < count; index = next++) await work(index);
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
}

async function measure(name: string, work: Work): Promise<void> {
  await run(work);
  const [started, cpu] = [performance.now(), process.cpuUsage()];
  await run(work);
  const seconds = (performance.now() - started) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  const perImage = (user + system) / 1000 / count;
  console.log(
    `${name.padEnd(18)} ${(count / seconds).toFixed(0).padStart(5)} images/s, ${perImage.toFixed(2)} ms of CPU each`,
  );
}

const folder = await mkdtemp(join(tmpdir(), 'd2v-bench-'));
try {
  await writeImages(folder);
  const dataset = await openFolder({ path: folder, labels: 'none' });
  const target = { imageSize: 224, channels: 3 } as const;
  console.log(`${count} JPEGs of ${width}×${height}, ${concurrency} at a time, ${availableParallelism()} cores`);
  const jitter = { brightness: 0.4, contrast: 0.4, saturation: 0.4 };
  await measure('sharp alone', (index) =>
    sharp(join(folder, `${index}.jpg`))
      .resize(224, 224)
      .raw()
      .toBuffer(),
  );
  for (const [name, options, mode] of [
    ['pretrain', {}, 'pretrain'],
    ['pretrain, jitter', { jitter }, 'pretrain'],
    ['finetune', {}, 'finetune'],
    ['evaluate', {}, 'evaluate'],
  ] as const) {
    const transform = createTransform(transformSchema.parse(options), target, mode);
    await measure(name, async (index) => transform(await dataset.read(index), new RandomStream(['bench', index])));
  }
} finally {
  await rm(folder, { recursive: true });
}
