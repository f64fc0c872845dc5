import { tensor, type Tensor } from '@tensorflow/tfjs';
import { clipGradients, globalNorm } from '../../src/optimizer/index.js';

const values = (map: Readonly<Record<string, Tensor>>) => Object.values(map).flatMap((value) => [...value.dataSync()]);

function clipped(grads: Record<string, Tensor>, clipNorm: number): { grads: number[]; norm: number } {
  const result = clipGradients(grads, clipNorm);
  const plain = { grads: values(result.grads), norm: result.norm.dataSync()[0]! };
  [...Object.values(grads), ...Object.values(result.grads), result.norm].forEach((value) => value.dispose());
  return plain;
}

test('scales all gradients together down to the global norm', () => {
  const { grads, norm } = clipped({ a: tensor([3, 0]), b: tensor([[0], [4]]) }, 1);
  expect(norm).toBe(5);
  [0.6, 0, 0, 0.8].forEach((value, i) => expect(grads[i]).toBeCloseTo(value, 6));
});

test('leaves gradients below the norm unchanged', () => {
  expect(clipped({ a: tensor([3, 4]) }, 5.1)).toEqual({ grads: [3, 4], norm: 5 });
});

test('0 switches clipping off and still reports the norm', () => {
  expect(clipped({ a: tensor([300, 400]) }, 0)).toEqual({ grads: [300, 400], norm: 500 });
});

test('the norm of nothing is 0', () => {
  const norm = globalNorm({});
  expect(norm.dataSync()[0]).toBe(0);
  norm.dispose();
});

test('a gradient that is not a number shows in the norm', () => {
  expect(clipped({ a: tensor([1, NaN]) }, 1).norm).toBeNaN();
});
