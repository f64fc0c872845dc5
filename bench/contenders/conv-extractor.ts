// The convolutions over the waveform alone on one of our backends (see serve.ts): value and gradients of their sum.
import { initialise, RandomStream, Scope, valueAndGradients, type BackendChoice } from '@d2v/core';
import { loadBackend } from '@d2v/core/node';
import { dispose, sum, tensor2d } from '@tensorflow/tfjs-core';
import { encoderSchema } from '@d2v/speech';
import { ConvExtractor } from '../../packages/speech/src/encoder/conv-extractor.js';
import type { StepTask } from '../cases/step.js';
import { countValues, serve } from './serve.js';

const [text, backend] = process.argv.slice(2) as [string, BackendChoice];
const { encoder, batch } = JSON.parse(text) as StepTask;

await loadBackend(backend);
const extractor = new ConvExtractor(encoderSchema.parse(encoder).extractor);
const weights = initialise(extractor.parameters, new RandomStream([1]));
const stream = new RandomStream([2]);
const waveforms = tensor2d(
  Float32Array.from({ length: batch.size * batch.length! }, () => stream.normal()),
  [batch.size, batch.length!],
);
let features: number[] = [];

await serve({
  step() {
    const { value, gradients } = valueAndGradients(() => {
      const y = extractor.forward(new Scope(weights), waveforms);
      features = y.shape;
      return sum(y);
    }, Object.values(weights));
    value.dataSync();
    dispose([value, gradients] as never);
  },
  checks: () => ({ parameters: countValues(Object.values(extractor.parameters)), frames: features[1]! }),
});
