/** What is timed: one training step of one model. Every contender builds the same from these numbers. */
export interface StepCase {
  readonly name: string;
  readonly method: 'data2vec1' | 'data2vec2';
  readonly imageSize: number;
  readonly patchSize: number;
  readonly channels: number;
  readonly dim: number;
  readonly depth: number;
  readonly heads: number;
  readonly batchSize: number;
  /** Masks per image, data2vec 2. */
  readonly masks: number;
  readonly topK: number;
  readonly decoder: {
    readonly width: number;
    readonly layers: number;
    readonly kernel: number;
    readonly groups: number;
  };
}

const image = { imageSize: 224, patchSize: 16, channels: 3 };
const tiny = { ...image, dim: 192, depth: 12, heads: 3, topK: 6 };
const base = { ...image, dim: 768, depth: 12, heads: 12, topK: 6 };
const decoder = (width: number) => ({ width, layers: 6, kernel: 3, groups: 16 });

/** Small enough for thousands of steps in minutes. */
export const memoryCase: StepCase = {
  name: 'data2vec 2, small',
  method: 'data2vec2',
  imageSize: 28,
  patchSize: 4,
  channels: 1,
  dim: 64,
  depth: 2,
  heads: 2,
  batchSize: 16,
  masks: 2,
  topK: 2,
  decoder: { width: 32, layers: 2, kernel: 3, groups: 4 },
};

export const stepCases: readonly StepCase[] = [
  { name: 'data2vec 1, ViT-tiny', method: 'data2vec1', ...tiny, batchSize: 16, masks: 1, decoder: decoder(192) },
  { name: 'data2vec 2, ViT-tiny', method: 'data2vec2', ...tiny, batchSize: 8, masks: 8, decoder: decoder(192) },
  { name: 'data2vec 1, ViT-base', method: 'data2vec1', ...base, batchSize: 8, masks: 1, decoder: decoder(768) },
  { name: 'data2vec 2, ViT-base', method: 'data2vec2', ...base, batchSize: 4, masks: 4, decoder: decoder(768) },
  {
    name: 'data2vec 2, quickstart',
    method: 'data2vec2',
    imageSize: 28,
    patchSize: 4,
    channels: 1,
    dim: 64,
    depth: 4,
    heads: 4,
    batchSize: 64,
    masks: 2,
    topK: 4,
    decoder: { width: 64, layers: 2, kernel: 3, groups: 4 },
  },
];
