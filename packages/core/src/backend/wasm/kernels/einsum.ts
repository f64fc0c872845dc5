import {
  backend_util,
  Einsum,
  matMul,
  mul,
  reshape,
  sum,
  tidy,
  transpose,
  util,
  type EinsumAttrs,
  type Tensor,
} from '@tensorflow/tfjs-core';
import { kernel } from '../kernel.js';

/**
 * Einstein sums of one or two operands in TensorFlow.js's grammar (an arrow, no ellipsis, no label twice in an
 * operand): one matrix product for two operands, a sum for one. Missing in the stock backend; has no gradient, as on
 * the others.
 */
export const einsum = kernel<Record<string, Tensor>, EinsumAttrs>(Einsum, ({ inputs, attrs }) => {
  const operands = Object.values(inputs);
  const equation = attrs.equation.replace(/\s/g, '');
  const { allDims, idDims } = backend_util.decodeEinsumEquation(equation, operands.length);
  backend_util.checkEinsumDimSizes(allDims.length, idDims, operands);
  const [terms, result] = equation.split('->') as [string, string];
  const [left, right] = terms.split(',') as [string, string?];
  return tidy(() => {
    const a = onlyLabels(operands[0]!, left, (label) => result.includes(label) || (right?.includes(label) ?? false));
    if (right === undefined) return arranged(a, result);
    const b = onlyLabels(operands[1]!, right, (label) => result.includes(label) || left.includes(label));
    return arranged(contracted(a, b, result), result);
  });
});

/** A tensor with one letter for each axis. */
interface Labelled {
  readonly x: Tensor;
  readonly labels: string;
}

/** Sums over the labels that nothing else needs. */
function onlyLabels(x: Tensor, labels: string, needed: (label: string) => boolean): Labelled {
  const axes = [...labels].flatMap((label, axis) => (needed(label) ? [] : [axis]));
  if (axes.length === 0) return { x, labels };
  return { x: sum(x, axes), labels: [...labels].filter(needed).join('') };
}

function arranged({ x, labels }: Labelled, order: string): Tensor {
  return transpose(
    x,
    [...order].map((label) => labels.indexOf(label)),
  );
}

/** The product of two operands: batch, rows, columns and contracted labels make one batched matrix product. */
function contracted(a: Labelled, b: Labelled, result: string): Labelled {
  const both = [...a.labels].filter((label) => b.labels.includes(label));
  const batch = both.filter((label) => result.includes(label)).join('');
  const inner = both.filter((label) => !result.includes(label)).join('');
  const rows = [...a.labels].filter((label) => !b.labels.includes(label)).join('');
  const columns = [...b.labels].filter((label) => !a.labels.includes(label)).join('');
  const labels = batch + rows + columns;
  const sizes = (side: Labelled, wanted: string): number[] =>
    [...wanted].map((label) => side.x.shape[side.labels.indexOf(label)]!);
  const size = (side: Labelled, wanted: string): number => util.sizeFromShape(sizes(side, wanted));
  const shape = [...sizes(a, batch + rows), ...sizes(b, columns)];
  const left = reshape(arranged(a, batch + rows + inner), [size(a, batch), size(a, rows), size(a, inner)]);
  const right = reshape(arranged(b, batch + inner + columns), [size(b, batch), size(b, inner), size(b, columns)]);
  // A product without a contraction is one of columns by rows, which needs no float32.
  const product =
    inner === ''
      ? mul(reshape(left, [-1, size(a, rows), 1]), reshape(right, [-1, 1, size(b, columns)]))
      : matMul(left, right);
  return { x: reshape(product, shape), labels };
}
