// node --conditions=@d2v/source --import ./tools/typescript.mjs bench/conv1d.ts [--backend NAME] [--rounds N]: the two ways
// to convolve a waveform in TensorFlow.js, layer by layer of the base model's extractor, 2 utterances of 10 s.
import { parseArgs } from 'node:util';
import { conv1d, RandomStream, valueAndGradients, type BackendChoice } from '@d2v/core';
import { loadBackend } from '@d2v/core/node';
import { encoderSchema } from '@d2v/speech';
import { conv1d as convolveImage, dispose, sum, tensor3d, variable, type Tensor3D } from '@tensorflow/tfjs-core';
import { table } from '../packages/train/src/progress/index.js';
import { median } from './contender.js';

const { values } = parseArgs({
  options: { backend: { type: 'string', default: 'tensorflow' }, rounds: { type: 'string', default: '5' } },
});
await loadBackend(values.backend as BackendChoice);

const UTTERANCES = 2;
const stream = new RandomStream([1]);
const random = (shape: readonly [number, number, number]): Tensor3D =>
  tensor3d(
    Float32Array.from({ length: shape[0] * shape[1] * shape[2] }, () => stream.normal()),
    [...shape],
  );

type Convolve = (x: Tensor3D, weight: Tensor3D, stride: number) => Tensor3D;
const ways: Readonly<Record<string, Convolve>> = {
  'windows, one product': conv1d,
  'conv2d of one row': (x, weight, stride) => convolveImage(x, weight, stride, 'valid'),
};

/** Milliseconds of a call that has its result on the host. */
function timed(call: () => void): number {
  const begin = performance.now();
  call();
  return performance.now() - begin;
}

const rows: string[][] = [];
let [steps, channels] = [160_000, 1];
for (const [outputs, kernel, stride] of encoderSchema.parse({}).extractor.layers) {
  const x = variable(random([UTTERANCES, steps, channels]));
  const weight = variable(random([kernel, channels, outputs]));
  const times = Object.values(ways).map(() => ({ forward: [] as number[], both: [] as number[] }));
  for (let round = 0; round <= Number(values.rounds); round++) {
    Object.values(ways).forEach((convolve, way) => {
      const forward = timed(() => {
        const y = convolve(x as Tensor3D, weight as Tensor3D, stride);
        const total = sum(y);
        total.dataSync();
        dispose([y, total]);
      });
      const both = timed(() => {
        const loss = () => sum(convolve(x as Tensor3D, weight as Tensor3D, stride));
        const { value, gradients } = valueAndGradients(loss, [x, weight]);
        value.dataSync();
        dispose([value, gradients] as never);
      });
      if (round === 0) return; // warm now
      times[way]!.forward.push(forward);
      times[way]!.both.push(both);
    });
  }
  const layer = `${channels} → ${outputs}, kernel ${kernel}, stride ${stride}, ${steps} steps`;
  rows.push([layer, ...times.flatMap(({ forward, both }) => [forward, both].map((ms) => median(ms).toFixed(0)))]);
  dispose([x, weight]);
  [steps, channels] = [Math.floor((steps - kernel) / stride) + 1, outputs];
}
const names = Object.keys(ways).flatMap((name) => [`${name}: forward`, 'and backward']);
console.log(table([`layer on ${values.backend}, ms`, ...names], rows));
