import { tensor, type Tensor } from '@tensorflow/tfjs-core';
import type { Noise } from '../encoder/context.js';
import { fillBernoulli, fillNormal } from './fill.js';
import type { RandomStream } from './stream.js';

/**
 * Noise drawn on the host and uploaded: the same values on every backend. A fork's draws depend on its name and not on
 * what else was drawn; successive draws from one fork differ. The caller disposes the tensors.
 */
export class HostNoise implements Noise {
  readonly #stream: RandomStream;

  /** Takes over `stream`; keep no other use of it. */
  constructor(stream: RandomStream) {
    this.#stream = stream;
  }

  /** Forking the same name twice gives the same draws twice: name each use. */
  fork(name: string): HostNoise {
    return new HostNoise(this.#stream.fork(name));
  }

  /** @throws ConfigError unless keep is in [0, 1] */
  bernoulli(keep: number, shape: readonly number[]): Tensor {
    return this.#draw(shape, (values) => fillBernoulli(this.#stream, values, keep));
  }

  normal(shape: readonly number[]): Tensor {
    return this.#draw(shape, (values) => fillNormal(this.#stream, values));
  }

  #draw(shape: readonly number[], fill: (values: Float32Array) => void): Tensor {
    const values = new Float32Array(shape.reduce((product, size) => product * size, 1));
    fill(values);
    return tensor(values, [...shape], 'float32');
  }
}
