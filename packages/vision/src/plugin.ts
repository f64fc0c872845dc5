import { definePlugin } from '@d2v/core';
import { fairseqData2vec1, fairseqData2vec2 } from './checkpoint/fairseq.js';
import { imageDatasets } from './dataset/index.js';
import { encoderSchema } from './encoder/config.js';
import { PatchEncoder } from './encoder/patch-encoder.js';
import { imageFigures } from './figures/index.js';
import { classification } from './task/classification.js';
import { createTransform, transformSchema } from './transform/index.js';

/** Images as a modality of d2v: `modality: "@d2v/vision"`. */
export const vision = definePlugin({
  name: '@d2v/vision',
  configSchema: encoderSchema,
  createEncoder: (config, shape) => new PatchEncoder(config, shape),
  datasets: imageDatasets,
  transformSchema,
  createTransform: (options, { imageSize, channels }, mode) => createTransform(options, { imageSize, channels }, mode),
  tasks: { classification },
  openFiles: async (paths) => (await import('./node/open-files.js')).openFiles(paths),
  figures: imageFigures,
  presets: async () => (await import('./node/presets.js')).readPresets(),
  checkpoints: { 'fairseq-data2vec1': fairseqData2vec1, 'fairseq-data2vec2': fairseqData2vec2 },
});
