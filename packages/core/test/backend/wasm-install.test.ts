import { jest } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import { installWasmKernels } from '../../src/backend/wasm/index.js';
import { kernels } from '../../src/backend/wasm/kernels/index.js';
import { useWasm } from './wasm-against-cpu.js';

beforeAll(useWasm);

test('registers each kernel once, also when called again', () => {
  const warn = jest.spyOn(console, 'warn');
  const registered = kernels.map(({ name }) => tf.getKernel(name, 'wasm'));
  expect(registered.every((kernel) => kernel !== undefined)).toBe(true);
  installWasmKernels();
  expect(kernels.every(({ name }, i) => tf.getKernel(name, 'wasm') === registered[i])).toBe(true);
  expect(warn).not.toHaveBeenCalled();
});

test('names no kernel twice', () => {
  expect(new Set(kernels.map(({ name }) => name)).size).toBe(kernels.length);
});

test('registers the backend itself', () => {
  expect(tf.getBackend()).toBe('wasm');
  expect(tf.findBackendFactory('wasm')).toBeInstanceOf(Function);
});

test('leaves the cpu backend alone', () => {
  expect(tf.getKernel('ColumnSum', 'cpu')).toBeUndefined();
});
