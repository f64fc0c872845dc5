import { tensor } from '@tensorflow/tfjs-core';
import { Safetensors, writeSafetensors } from '../../checkpoint/index.js';
import type { HostTensor } from '../../encoder/host.js';
import type { Weights } from '../../weights/parameter.js';
import { expectAllclose } from '../expect-allclose.js';
import { check, featureRows, withWeights, type Subject, type Tests } from './subject.js';

/** Weights survive a file. */
export const checkpoint = (subject: Subject): Tests => ({
  'weights come back from a safetensors file, and give the same features': () => {
    const network = subject.network();
    withWeights(network.parameters, (weights) => {
      const file = new Safetensors(writeSafetensors(download(weights)), 'conformance.safetensors');
      const specs = Object.entries(network.parameters);
      check(file.tensors.size === specs.length, `the file holds ${file.tensors.size} of ${specs.length} parameters`);
      const loaded = Object.fromEntries(
        specs.map(([name, { shape }]) => {
          const stored = file.get(name);
          check(`${stored.shape}` === `${shape}`, `'${name}' has the shape [${stored.shape}], expected [${shape}]`);
          return [name, tensor(stored.data, [...shape], 'float32')];
        }),
      );
      try {
        const before = featureRows(network, weights, subject.samples);
        const after = featureRows(network, loaded, subject.samples);
        expectAllclose(after.data, before.data, { rtol: 0, atol: 0 });
      } finally {
        for (const value of Object.values(loaded)) value.dispose();
      }
    });
  },

  'the drawn weights depend on the seed alone': () => {
    const { parameters } = subject.network();
    const first = withWeights(parameters, download);
    const second = withWeights(parameters, download);
    for (const [name, { data }] of first) expectAllclose(second.get(name)!.data, data, { rtol: 0, atol: 0 });
  },
});

function download(weights: Weights): Map<string, HostTensor> {
  const entries = Object.entries(weights).map(([name, value]) => {
    // A copy of this realm: under jest, a native backend's arrays come from another and are no `Float32Array` here.
    return [name, { data: Float32Array.from(value.dataSync()), shape: value.shape }] as const;
  });
  return new Map(entries);
}
