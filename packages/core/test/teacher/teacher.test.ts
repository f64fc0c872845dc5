import {
  averageTeacher,
  copyTeacher,
  decayAt,
  teacherNames,
  teacherSchema,
  type ParameterSpecs,
} from '../../src/index.js';
import { expectAllclose } from '../../src/testing/index.js';
import { scalar, tensor1d, tidy } from '@tensorflow/tfjs-core';
import { useBackend } from '../testing/backend.js';

beforeAll(useBackend);

const spec = { shape: [2], init: { kind: 'zeros' } } as const;
const specs: ParameterSpecs = {
  'encoder.local.weight': spec,
  'encoder.locality': spec,
  'encoder.positions': { ...spec, trainable: false },
  'encoder.mask_token': spec,
  'blocks.0.norm1.weight': spec,
};

test('the decay rises linearly from start to end and stays there', () => {
  const decay = { start: 0.999, end: 0.9999, updates: 30_000 };
  expect(decayAt(0, decay)).toBeCloseTo(0.999, 12);
  expect(decayAt(15_000, decay)).toBeCloseTo(0.99945, 12);
  expect(decayAt(29_999, decay)).toBeLessThan(0.9999);
  expect(decayAt(30_000, decay)).toBe(0.9999);
  expect(decayAt(1e6, decay)).toBe(0.9999);
  expect(decayAt(0, { start: 0.5, end: 0.9998, updates: 0 })).toBe(0.9998);
});

test('the teacher averages everything but what it shares, and never a mask token', () => {
  const config = (share: string[]) => teacherSchema.parse({ share });
  expect(teacherNames(specs, config([]))).toEqual([
    'encoder.local.weight',
    'encoder.locality',
    'encoder.positions',
    'blocks.0.norm1.weight',
  ]);
  expect(teacherNames(specs, config(['encoder.local']))).toEqual([
    'encoder.locality',
    'encoder.positions',
    'blocks.0.norm1.weight',
  ]);
  expect(teacherNames(specs, config(['encoder']))).toEqual(['blocks.0.norm1.weight']);
});

test('averaging is τΔ + (1 − τ)θ; fixed tables are copied', () => {
  tidy(() => {
    const student = { 'blocks.0.norm1.weight': tensor1d([1, 2]), 'encoder.positions': tensor1d([5, 6]) };
    const teacher = { 'blocks.0.norm1.weight': tensor1d([11, -2]), 'encoder.positions': tensor1d([0, 0]) };
    const next = averageTeacher(teacher, student, scalar(0.9), specs);
    expectAllclose(next['blocks.0.norm1.weight']!, [10, -1.6]);
    expectAllclose(next['encoder.positions']!, [5, 6]);
  });
});

test('decay 1 freezes the teacher, decay 0 makes it the student', () => {
  tidy(() => {
    const exact = { rtol: 0, atol: 0 };
    const student = { 'blocks.0.norm1.weight': tensor1d([0.1, 1e-7]) };
    const teacher = { 'blocks.0.norm1.weight': tensor1d([0.3, -1e7]) };
    const [frozen, replaced] = [1, 0].map((decay) => averageTeacher(teacher, student, scalar(decay), specs));
    expectAllclose(frozen!['blocks.0.norm1.weight']!, teacher['blocks.0.norm1.weight'], exact);
    expectAllclose(replaced!['blocks.0.norm1.weight']!, student['blocks.0.norm1.weight'], exact);
  });
});

test('a copied teacher outlives its student', () => {
  const weight = tensor1d([1, 2]);
  const teacher = copyTeacher({ weight, other: weight }, ['weight']);
  weight.dispose();
  expect(Object.keys(teacher)).toEqual(['weight']);
  expectAllclose(teacher.weight!, [1, 2]);
  teacher.weight!.dispose();
});
