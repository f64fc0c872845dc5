import type { Tensor } from '@tensorflow/tfjs-core';
import { ShapeError } from '../errors.js';
import type { Weights } from './parameter.js';

/** A view of the weights under one name prefix: `scope.at('attn').get('qkv.weight')`. */
export class Scope {
  constructor(
    readonly weights: Weights,
    readonly prefix: string = '',
  ) {}

  at(name: string): Scope {
    return new Scope(this.weights, this.path(name));
  }

  has(name: string): boolean {
    return this.weights[this.path(name)] !== undefined;
  }

  /** @throws ShapeError when the model has no such parameter */
  get<T extends Tensor = Tensor>(name: string): T {
    const tensor = this.weights[this.path(name)];
    if (!tensor) {
      const siblings = Object.keys(this.weights).filter((key) => key.startsWith(this.prefix));
      throw new ShapeError(`no parameter '${this.path(name)}'`, {
        hint: `the weights hold ${siblings.slice(0, 6).join(', ') || 'nothing under that prefix'}`,
      });
    }
    return tensor as T;
  }

  private path(name: string): string {
    return this.prefix ? `${this.prefix}.${name}` : name;
  }
}
