import { definePlugin } from '@d2v/core';
import { signalDatasets } from './dataset/kinds.js';
import { encoderSchema } from './encoder/config.js';
import { SignalEncoder } from './encoder/signal-encoder.js';
import { presets } from './presets.js';
import { createTransform, transformSchema } from './transform/transform.js';

/** Signals as a modality of d2v: `modality: "@d2v/text"`. */
export const text = definePlugin({
  name: '@d2v/text',
  configSchema: encoderSchema,
  createEncoder: (config, shape) => new SignalEncoder(config, shape),
  datasets: signalDatasets,
  transformSchema,
  createTransform: (options, { channels, length }, mode) => createTransform(options, { channels, length }, mode),
  tasks: {},
  openFiles: async (paths) => (await import('./node/csv.js')).openFiles(paths),
  presets: () => Promise.resolve(presets),
});
