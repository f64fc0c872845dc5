import { definePlugin } from '@d2v/core';
import { fairseqData2vec1, fairseqData2vec2 } from './checkpoint/index.js';
import { textDatasets } from './dataset/index.js';
import { encoderSchema, type EncoderConfig } from './encoder/config.js';
import { TokenEncoder } from './encoder/token-encoder.js';
import { textFigures } from './figures/index.js';
import type { TextItem, TextSample, TokenItem, WordsItem } from './sample.js';
import { classification, maskedLm, regression, tokenClassification } from './task/index.js';
import { createTransform, transformSchema, type TransformOptions } from './transform/index.js';

/** Text as a modality of d2v: `modality: "@d2v/text"`. */
export const text = definePlugin<EncoderConfig, TextItem | TokenItem | WordsItem, TextSample, TransformOptions>({
  name: '@d2v/text',
  configSchema: encoderSchema,
  createEncoder: (config, shape) => new TokenEncoder(config, shape),
  datasets: textDatasets,
  transformSchema,
  createTransform,
  tasks: { classification, regression, 'masked-lm': maskedLm, 'token-classification': tokenClassification },
  openFiles: async (paths) => (await import('./node/open-files.js')).openFiles(paths),
  figures: textFigures,
  commands: async () => (await import('./node/commands/index.js')).textCommands,
  presets: async () => (await import('./node/presets.js')).readPresets(),
  checkpoints: { 'fairseq-data2vec1': fairseqData2vec1, 'fairseq-data2vec2': fairseqData2vec2 },
});
