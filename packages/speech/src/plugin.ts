import { definePlugin } from '@d2v/core';
import { fairseqData2vec1, fairseqData2vec2 } from './checkpoint/fairseq.js';
import { speechDatasets } from './dataset/index.js';
import { encoderSchema, receptiveField, SpeechEncoder } from './encoder/index.js';
import { speechFigures } from './figures/index.js';
import { classification } from './task/classification.js';
import { ctc } from './task/ctc.js';
import { tagging } from './task/tagging.js';
import { createTransform, transformSchema } from './transform/index.js';

/** Speech as a modality of d2v: `modality: "@d2v/speech"`. */
export const speech = definePlugin({
  name: '@d2v/speech',
  configSchema: encoderSchema,
  createEncoder: (config, shape) => new SpeechEncoder(config, shape),
  datasets: speechDatasets,
  transformSchema,
  createTransform: (options, { extractor }, mode) => createTransform(options, receptiveField(extractor.layers), mode),
  tasks: { classification, tagging, ctc },
  openFiles: async (paths) => (await import('./node/open-files.js')).openFiles(paths),
  figures: speechFigures,
  commands: async () => ({ transcribe: (await import('./node/commands/index.js')).transcribeCommand }),
  presets: async () => (await import('./node/presets.js')).readPresets(),
  checkpoints: { 'fairseq-data2vec1': fairseqData2vec1, 'fairseq-data2vec2': fairseqData2vec2 },
});
