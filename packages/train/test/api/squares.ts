import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RandomStream } from '@d2v/core';

export const SIDE = 8;
export const CLASSES = ['top left', 'top right', 'bottom left', 'bottom right'];

/** Grey images, 8×8, of one bright square on noise; its quarter is the class. Byte pixels and labels. */
export function squares(count: number, seed: number): { pixels: Uint8Array; labels: Uint8Array } {
  const pixels = new Uint8Array(count * SIDE * SIDE);
  const labels = new Uint8Array(count);
  for (let i = 0; i < count; i++) {
    const stream = new RandomStream([seed, 'square', i]);
    const label = i % 4;
    labels[i] = label;
    const [top, left] = [4 * Math.floor(label / 2) + stream.below(2), 4 * (label % 2) + stream.below(2)];
    for (let y = 0; y < SIDE; y++) {
      for (let x = 0; x < SIDE; x++) {
        const bright = y >= top && y < top + 3 && x >= left && x < left + 3;
        pixels[(i * SIDE + y) * SIDE + x] = (bright ? 190 : 20) + stream.below(40);
      }
    }
  }
  return { pixels, labels };
}

const idx = (shape: readonly number[], data: Uint8Array): Uint8Array => {
  const header = new DataView(new ArrayBuffer(4 + 4 * shape.length));
  header.setUint32(0, 0x0800 + shape.length);
  shape.forEach((side, axis) => header.setUint32(4 + 4 * axis, side));
  return Buffer.concat([new Uint8Array(header.buffer), data]);
};

/** Writes such images as IDX files; returns the description of the dataset. */
export function squareFiles(folder: string, name: string, count: number, seed: number) {
  mkdirSync(folder, { recursive: true });
  const { pixels, labels } = squares(count, seed);
  const [images, classes] = [join(folder, `${name}-images.idx`), join(folder, `${name}-labels.idx`)];
  writeFileSync(images, idx([count, SIDE, SIDE], pixels));
  writeFileSync(classes, idx([count], labels));
  return { reader: 'idx', images, labels: classes, classes: CLASSES };
}

export const temporaryFolder = (): string => mkdtempSync(join(tmpdir(), 'd2v-api-'));

/** Sections that pre-training and fine-tuning share. */
const common = (folder: string) => ({
  version: 1,
  modality: '@d2v/vision',
  backend: 'wasm',
  data: {
    train: squareFiles(folder, 'train', 120, 1),
    validation: squareFiles(folder, 'validation', 40, 2),
    transform: { crop: 'none', randAugment: 'none', erase: 'none' },
  },
});

const MODEL = {
  encoder: { imageSize: SIDE, patchSize: 2, channels: 1 },
  backbone: { dim: 16, depth: 2, heads: 2 },
};

/** A pre-training configuration that takes seconds. */
export function pretraining(folder: string, model: { encoder?: object; backbone?: object } = {}) {
  return {
    ...common(folder),
    encoder: { ...MODEL.encoder, ...model.encoder },
    backbone: { ...MODEL.backbone, ...model.backbone },
    objective: {
      name: 'data2vec2',
      masks: 2,
      decoder: { width: 16, layers: 1, groups: 4 },
      targets: { topK: 2 },
    },
    optimizer: { learningRate: 1e-3 },
    training: {
      updates: 4,
      batchSize: 8,
      log: { every: 2, tensorboard: false },
      checkpoint: { every: 2 },
      validate: { every: 4 },
    },
  };
}

/** A fine-tuning configuration that learns where the square is; encoder and backbone come from the source run. */
export function finetuning(folder: string, updates: number) {
  return {
    ...common(folder),
    task: { name: 'classification', mix: { mixup: 0, cutmix: 0, labelSmoothing: 0 } },
    optimizer: { learningRate: 1e-2 },
    training: {
      updates,
      batchSize: 20,
      log: { every: 10, tensorboard: false },
      checkpoint: { every: updates, metric: 'accuracy', better: 'higher' },
      validate: { every: updates },
    },
  };
}

/** The model's sections, for training from scratch. */
export const scratch = MODEL;
