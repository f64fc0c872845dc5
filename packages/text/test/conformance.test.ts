import { loadBackend } from '@d2v/core/node';
import { encoderConformance } from '@d2v/core/testing';
import { text as plugin } from '../src/plugin.js';
import { signal } from './signal.js';

beforeAll(async () => {
  await loadBackend('wasm');
});

encoderConformance({
  describe,
  test,
  plugin,
  config: { channels: 2, length: 64, patch: 4 },
  samples: [signal('long', 64, 2), signal('short', 39, 2), signal('shorter', 8, 2)],
  badSamples: [
    { ...signal('too long', 65, 2) },
    { name: 'half a step', values: new Float32Array(9) },
    { name: 'not finite', values: Float32Array.of(1, NaN) },
  ],
});
