import { ours, pytorch, type BenchCase } from './case.js';
import { stepCase } from './step.js';

/** The shape of a ViT and of what it is fed. */
interface Shape {
  readonly imageSize: number;
  readonly patchSize: number;
  readonly channels: number;
  readonly dim: number;
  readonly depth: number;
  readonly heads: number;
  readonly topK: number;
}

interface Method {
  readonly encoder: object;
  readonly backbone: object;
  readonly objective: object;
}

/** Images a step, and where it is timed. */
interface Run {
  readonly images: number;
  readonly backends?: readonly string[];
}

const optimizer = { learningRate: 1e-4, betas: [0.9, 0.95], eps: 1e-8, weightDecay: 0.05, decay: 'all', clipNorm: 4 };

const photos = { imageSize: 224, patchSize: 16, channels: 3 };
const tiny = { ...photos, dim: 192, depth: 12, heads: 3, topK: 6 };
const base = { ...photos, dim: 768, depth: 12, heads: 12, topK: 6 };
const digits = { imageSize: 28, patchSize: 4, channels: 1 };

function data2vec1({ imageSize, patchSize, topK }: Shape): Method {
  const tokens = (imageSize / patchSize) ** 2;
  const minPatches = Math.min(16, Math.floor(0.1 * tokens));
  const mask = { strategy: 'blockwise', patches: Math.floor(0.6 * tokens), minPatches };
  return {
    encoder: { positions: 'relative', contextNorm: false, mask },
    backbone: { norm: 'pre', finalNorm: true, layerScale: 1e-4, qkvBias: 'noKey' },
    objective: {
      name: 'data2vec1',
      loss: { beta: 2 },
      targets: { topK, tensor: 'block', layers: { layerNorm: true }, average: { layerNorm: true } },
    },
  };
}

const data2vec2 =
  (masks: number, decoder: object) =>
  ({ topK }: Shape): Method => ({
    encoder: { mask: { strategy: 'inverseBlock', ratio: 0.8 } },
    backbone: {},
    objective: {
      name: 'data2vec2',
      masks,
      decoder,
      clsLoss: 0.01,
      targets: { topK, layers: { instanceNorm: true }, average: { layerNorm: true } },
    },
  });

const decoder = (width: number) => ({ width, layers: 6, kernel: 3, groups: 16 });

function vision(name: string, shape: Shape, method: (shape: Shape) => Method, run: Run): BenchCase {
  const { imageSize, patchSize, channels, dim, depth, heads } = shape;
  const { encoder, backbone, objective } = method(shape);
  return stepCase({
    name,
    entrants: [pytorch('vision_step'), ...ours('step', ...(run.backends ?? ['tensorflow', 'wasm']))],
    model: {
      modality: '@d2v/vision',
      encoder: { imageSize, patchSize, channels, ...encoder },
      backbone: { dim, depth, heads, ...backbone },
      objective,
      optimizer,
    },
    batch: { size: run.images },
    samples: `images of ${imageSize}²`,
    unit: 'images',
    perSample: 1,
  });
}

/** A step on wasm takes minutes. */
const native = ['tensorflow'];

export const visionCases: readonly BenchCase[] = [
  vision('data2vec 1, ViT-tiny', tiny, data2vec1, { images: 16 }),
  vision('data2vec 2, ViT-tiny', tiny, data2vec2(8, decoder(192)), { images: 8 }),
  vision('data2vec 1, ViT-base', base, data2vec1, { images: 8, backends: native }),
  vision('data2vec 2, ViT-base', base, data2vec2(4, decoder(768)), { images: 4, backends: native }),
  vision(
    'data2vec 2, quickstart',
    { ...digits, dim: 64, depth: 4, heads: 4, topK: 4 },
    data2vec2(2, { width: 64, layers: 2, kernel: 3, groups: 4 }),
    { images: 64 },
  ),
];

/** Small enough for thousands of steps in minutes. */
export const memoryCase = vision(
  'data2vec 2, small',
  { ...digits, dim: 64, depth: 2, heads: 2, topK: 2 },
  data2vec2(2, { width: 32, layers: 2, kernel: 3, groups: 4 }),
  { images: 16 },
);
