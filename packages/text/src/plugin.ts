import { definePlugin } from '@d2v/core';
import { z } from 'zod';
import { fairseqData2vec1, fairseqData2vec2 } from './checkpoint/index.js';
import { encoderSchema } from './encoder/config.js';
import { TokenEncoder } from './encoder/token-encoder.js';
import type { TextItem, TextSample, TokenItem } from './sample.js';

/** Text as a modality of d2v: `modality: "@d2v/text"`. */
export const text = definePlugin<z.output<typeof encoderSchema>, TextItem | TokenItem, TextSample, object>({
  name: '@d2v/text',
  configSchema: encoderSchema,
  createEncoder: (config, shape) => new TokenEncoder(config, shape),
  datasets: {},
  transformSchema: z.strictObject({}),
  createTransform: () => (item) => Promise.resolve(item as TextSample),
  tasks: {},
  openFiles: () => Promise.reject(new Error('no files')),
  presets: () => Promise.resolve({}),
  checkpoints: { 'fairseq-data2vec1': fairseqData2vec1, 'fairseq-data2vec2': fairseqData2vec2 },
});
