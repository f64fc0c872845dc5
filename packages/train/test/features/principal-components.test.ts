import { RandomStream, ShapeError } from '@d2v/core';
import { loadBackend } from '@d2v/core/node';
import { principalComponents, project } from '../../src/features/index.js';

beforeAll(() => loadBackend('wasm'));

const ROWS = 9000; // more than the backend takes at once
const DIM = 40;

/** Rows whose variances fall slowly, mixed by a fixed matrix. */
function rows(): Float32Array {
  const stream = new RandomStream([3, 'rows']);
  const mixing = Array.from({ length: DIM * DIM }, (_, i) => stream.normal() + (i % (DIM + 1) === 0 ? 20 : 0));
  const values = new Float32Array(ROWS * DIM);
  for (let row = 0; row < ROWS; row++) {
    for (let c = 0; c < DIM; c++) {
      const strength = stream.normal() / (1 + 0.2 * c);
      for (let d = 0; d < DIM; d++) values[row * DIM + d]! += strength * mixing[c * DIM + d]! + (c === 0 ? 5 : 0);
    }
  }
  return values;
}

const values = rows();

test('coordinates, scaled, have mean 0, variance 1 and no correlation', () => {
  const components = principalComponents(values, DIM, 12);
  const { variances } = components;
  expect(variances).toHaveLength(12);
  expect([...variances].sort((a, b) => b - a)).toEqual(variances);
  const white = project(values, components, variances.map((variance) => 1 / Math.sqrt(variance))); // prettier-ignore
  for (let a = 0; a < 12; a++) {
    let mean = 0;
    for (let row = 0; row < ROWS; row++) mean += white[row * 12 + a]! / ROWS;
    expect(Math.abs(mean)).toBeLessThan(1e-3);
    for (let b = 0; b <= a; b++) {
      let product = 0;
      for (let row = 0; row < ROWS; row++) product += (white[row * 12 + a]! * white[row * 12 + b]!) / ROWS;
      expect(product).toBeCloseTo(a === b ? 1 : 0, 2);
    }
  }
});

test('all components together keep every distance and the whole variance', () => {
  const components = principalComponents(values, DIM, DIM);
  expect(components.variances).toHaveLength(DIM);
  expect(components.variances.reduce((a, b) => a + b, 0) / components.total).toBeCloseTo(1, 3);
  const turned = project(values, components);
  const distance = (of: Float32Array, a: number, b: number): number =>
    Math.hypot(...Array.from({ length: DIM }, (_, d) => of[a * DIM + d]! - of[b * DIM + d]!));
  for (const [a, b] of [
    [0, 1],
    [17, 8999],
    [4000, 8500],
  ] as const)
    // prettier-ignore
    expect(distance(turned, a, b) / distance(values, a, b)).toBeCloseTo(1, 3);
});

test('rows that do not vary have no components', () => {
  const components = principalComponents(new Float32Array(60).fill(3), 6, 4);
  expect(components.variances).toEqual([]);
  expect(project(new Float32Array(12), components)).toEqual(new Float32Array(0));
});

test.each([new Float32Array(0), new Float32Array(7)])('refuses what are no rows', (wrong) => {
  expect(() => principalComponents(wrong, 6, 2)).toThrow(ShapeError);
});
