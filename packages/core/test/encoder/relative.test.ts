import { Scope, type Encoder } from '../../src/index.js';
import { expectAllclose } from '../../src/testing/index.js';
import { maskedSequence, visibleSequence, wholeSequence } from '../../src/encoder/sequence.js';
import { mul, tensor, tidy, type Tensor1D, type Tensor2D, type Tensor3D } from '@tensorflow/tfjs-core';
import { useBackend } from '../testing/backend.js';

beforeAll(useBackend);

/** An encoder whose relative positions are ten times what they see, and which notes which rows it is told are real. */
function encoder(zeroPadding?: boolean): { encoder: Encoder; seen: (number[] | undefined)[] } {
  const seen: (number[] | undefined)[] = [];
  const positions = {
    ...(zeroPadding !== undefined && { zeroPadding }),
    relative: (_p: Scope, x: Tensor3D, real?: Tensor2D) => {
      seen.push(real && [...real.dataSync()]);
      return mul(x, 10);
    },
  };
  const extraTokens = { count: 0, init: { kind: 'zeros' } };
  return { encoder: { positions, extraTokens, parameters: {}, contextNorm: false } as unknown as Encoder, seen };
}

const p = new Scope({});
const local = (): Tensor3D => tensor([1, 2, 3, 4, 5, 6], [2, 3, 1]);
const real = (): Tensor2D => tensor([1, 1, 1, 1, 1, 0], [2, 3]);

test('relative positions do not see padding, and are told where it is', () => {
  tidy(() => {
    const { encoder: own, seen } = encoder();
    expectAllclose(wholeSequence(own, p, local(), real()).x, [11, 22, 33, 44, 55, 0]);
    expectAllclose(wholeSequence(own, p, local()).x, [11, 22, 33, 44, 55, 66]);
    const mask = tensor([0, 1, 0, 1, 0, 0], [2, 3]) as Tensor2D;
    expectAllclose(maskedSequence(own, p, local(), mask, 'zero', real()).x, [11, 0, 33, 0, 55, 0]);
    expect(seen).toEqual([[1, 1, 1, 1, 1, 0], undefined, [1, 1, 1, 1, 1, 0]]);
  });
});

test('an encoder whose model was trained so sees padding as it is', () => {
  tidy(() => {
    const { encoder: own } = encoder(false);
    expectAllclose(wholeSequence(own, p, local(), real()).x, [11, 22, 33, 44, 55, 66]);
  });
});

test('several masks per sample: each row is told the padding of its sample', () => {
  tidy(() => {
    for (const [zeroPadding, last] of [
      [true, 6],
      [false, 66],
    ] as const) {
      const { encoder: own, seen } = encoder(zeroPadding);
      const int = (values: number[]): Tensor1D => tensor(values, [values.length], 'int32');
      // Two masks for each of two samples; of three tokens the second or the first is hidden.
      const visible = {
        mask: tensor([0, 1, 0, 1, 0, 0, 0, 1, 0, 1, 0, 0], [4, 3]) as Tensor2D,
        source: int([0, 2, 1, 2, 3, 5, 4, 5]),
        grid: int([0, 2, 4, 5, 6, 8, 10, 11]),
        present: tensor([0, 2, 1, 2, 0, 2, 1, 2], [4, 2], 'int32') as Tensor2D,
        count: 2,
      };
      expectAllclose(visibleSequence(own, p, local(), visible, real()).x, [11, 33, 22, 33, 44, last, 55, last]);
      expect(seen).toEqual([[1, 1, 1, 1, 1, 1, 1, 1, 0, 1, 1, 0]]);
    }
  });
});
