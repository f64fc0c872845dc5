import { ConfigError, definePlugin, type Transform } from '@d2v/core';
import { z } from 'zod';
import { fairseqData2vec1, fairseqData2vec2 } from './checkpoint/fairseq.js';
import { encoderSchema, SpeechEncoder, type SpeechSample } from './encoder/index.js';
import { classification } from './task/classification.js';
import { ctc } from './task/ctc.js';

/** Speech as a modality of d2v: `modality: "@d2v/speech"`. */
export const speech = definePlugin({
  name: '@d2v/speech',
  configSchema: encoderSchema,
  createEncoder: (config, shape) => new SpeechEncoder(config, shape),
  datasets: {},
  transformSchema: z.strictObject({}),
  createTransform: (): Transform<SpeechSample, SpeechSample> => (item) => Promise.resolve(item),
  tasks: { classification, ctc },
  openFiles: (paths) => {
    throw new ConfigError(`no reader for audio files yet: ${paths.join(', ')}`);
  },
  presets: async () => (await import('./node/presets.js')).readPresets(),
  checkpoints: { 'fairseq-data2vec1': fairseqData2vec1, 'fairseq-data2vec2': fairseqData2vec2 },
});
