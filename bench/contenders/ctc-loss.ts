// The CTC loss and its gradient on one of our backends (see serve.ts).
import { valueAndGradients, type BackendChoice } from '@d2v/core';
import { loadBackend } from '@d2v/core/node';
import { ctcLoss } from '@d2v/speech';
import { dispose, fill, tensor2d, tensor3d, type Tensor1D } from '@tensorflow/tfjs-core';
import type { CtcTask } from '../cases/speech.js';
import { serve } from './serve.js';

const [text, backend] = process.argv.slice(2) as [string, BackendChoice];
const { batch, frames, labels, classes } = JSON.parse(text) as CtcTask;

await loadBackend(backend);
// The same numbers as in the peer, so that the losses can be compared.
const logits = tensor3d(
  Float32Array.from({ length: batch * frames * classes }, (_, i) => 2 * Math.sin(1.7 * i)),
  [batch, frames, classes],
);
const targets = {
  labels: tensor2d(
    Int32Array.from({ length: batch * labels }, (_, i) => 1 + ((7 * i) % (classes - 1))),
    [batch, labels],
    'int32',
  ),
  labelLengths: fill([batch], labels, 'int32') as Tensor1D,
  inputLengths: fill([batch], frames, 'int32') as Tensor1D,
};
let loss = 0;

await serve({
  step() {
    const { value, gradients } = valueAndGradients(() => ctcLoss(logits, targets), [logits]);
    loss = value.dataSync()[0]!;
    dispose([value, gradients] as never);
  },
  checks: () => ({ loss }),
});
