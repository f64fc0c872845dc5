import { definePlugin } from '@d2v/core';
import { speechDatasets } from './dataset/index.js';
import { encoderSchema } from './encoder/config.js';
import { SignalEncoder } from './encoder/signal-encoder.js';
import { presets } from './presets.js';
import { createTransform, transformSchema } from './transform/index.js';

/** Signals as a modality of d2v: `modality: "@d2v/speech"`. */
export const speech = definePlugin({
  name: '@d2v/speech',
  configSchema: encoderSchema,
  createEncoder: (config, shape) => new SignalEncoder(config, shape),
  datasets: speechDatasets,
  transformSchema,
  createTransform: (options, _, mode) => createTransform(options, mode),
  tasks: {},
  openFiles: async (paths) => (await import('./node/open-files.js')).openFiles(paths),
  presets: () => Promise.resolve(presets),
});
