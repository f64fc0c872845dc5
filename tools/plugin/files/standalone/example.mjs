// Pre-trains a small model on signals that are made here: npm run build && npm run example
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pretrain } from '@d2v/train';
import plugin, { arrayDataset } from '__package__';

// Waves of three shapes, in random phase: nothing says which is which.
const shapes = [Math.sin, (x) => Math.sign(Math.sin(x)), (x) => ((x / Math.PI) % 2) - 1];
const recordings = Array.from({ length: 64 }, (_, i) => {
  const [shape, phase] = [shapes[i % shapes.length], Math.random() * 6];
  return Float32Array.from({ length: 300 }, (_, step) => shape(phase + step / 8));
});

const { path, update } = await pretrain({
  plugin,
  config: {
    version: 1,
    modality: plugin.name,
    extends: 'small',
    backbone: { dim: 64, depth: 2 },
    objective: { targets: { topK: 2 } },
    training: { epochs: 5, batchSize: 16, log: { every: 1 } },
  },
  data: { train: arrayDataset({ recordings, name: 'waves' }) },
  out: process.argv[2] ?? mkdtempSync(join(tmpdir(), 'd2v-__name__-')),
  onEvent: (event) => {
    if (event.type === 'update') console.log(`update ${event.update} of ${event.total}: loss ${event.loss.toFixed(4)}`);
  },
});
console.log(`${update} updates; the model and its report are in ${path}`);
