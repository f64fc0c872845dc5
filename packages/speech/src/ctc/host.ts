import { ShapeError } from '@d2v/core';
import { setExp, zeros } from './extended.js';
import { ForwardBackward } from './forward-backward.js';

/** A batch of utterances in JavaScript memory. */
export interface CtcBatch {
  /** (B, T, V) */
  readonly logits: Float32Array;
  readonly shape: readonly [batch: number, frames: number, classes: number];
  /** (B, L) classes, padded with anything. */
  readonly labels: Int32Array;
  /** (B) frames of each utterance, at most T. */
  readonly inputLengths: ArrayLike<number>;
  /** (B) labels of each utterance, at most L. */
  readonly labelLengths: ArrayLike<number>;
}

export interface CtcOptions {
  /** The class that stands for no label. */
  readonly blank: number;
  /** An utterance whose labels cannot be spelled in its frames has loss 0 and no gradient instead of ∞ and NaN. */
  readonly zeroInfinity: boolean;
}

/** Losses of a batch, (B), and their gradients with respect to the logits, (B, T, V). */
export interface CtcResult {
  readonly losses: Float32Array;
  readonly gradients?: Float32Array;
}

/**
 * −ln P(labels | softmax(logits)) of each utterance, in double precision. Frames of padding have no gradient. An utterance
 * with NaN, or a frame without a finite logit, has the loss NaN.
 *
 * @throws ShapeError naming the utterance whose lengths or labels are out of range
 */
export function ctcOnHost(batch: CtcBatch, { blank, zeroInfinity }: CtcOptions, wantGradients: boolean): CtcResult {
  check(batch, blank);
  const { logits, labels, shape } = batch;
  const [size, frames, classes] = shape;
  const longest = size === 0 ? 0 : labels.length / size;
  const losses = new Float32Array(size);
  const gradients = wantGradients ? new Float32Array(logits.length) : undefined;
  const emissions = zeros(frames * classes);
  const algorithm = new ForwardBackward();
  for (let b = 0; b < size; b++) {
    const used = batch.inputLengths[b]!;
    const spelled = labels.subarray(b * longest, b * longest + batch.labelLengths[b]!);
    const row = logits.subarray(b * frames * classes, (b * frames + used) * classes);
    const gradient = gradients?.subarray(b * frames * classes, (b * frames + used) * classes);
    const finite = softmax(row, classes, emissions);
    const loss = finite ? 0 - algorithm.forward(emissions, used, classes, spelled, blank) : NaN;
    const impossible = loss === Infinity;
    losses[b] = impossible && zeroInfinity ? 0 : loss;
    if (!gradient || (impossible && zeroInfinity)) continue;
    if (!Number.isFinite(loss)) {
      gradient.fill(NaN);
      continue;
    }
    algorithm.backward(emissions, classes, (t, occupancy) => {
      for (let v = 0, at = t * classes; v < classes; v++, at++) {
        const probability = emissions.exponent[at] === 0 ? emissions.mantissa[at]! : 0; // else below 2^-512
        gradient[at] = probability - occupancy[v]!;
      }
    });
  }
  return { losses, ...(gradients && { gradients }) };
}

/** Probabilities of each frame; false where they are not defined. */
function softmax(logits: Float32Array, classes: number, out: ReturnType<typeof zeros>): boolean {
  for (let start = 0; start < logits.length; start += classes) {
    let highest = -Infinity;
    for (let i = start; i < start + classes; i++) highest = Math.max(highest, logits[i]!);
    let sum = 0;
    for (let i = start; i < start + classes; i++) sum += Math.exp(logits[i]! - highest);
    const normaliser = highest + Math.log(sum);
    if (!Number.isFinite(normaliser)) return false;
    for (let i = start; i < start + classes; i++) setExp(out, i, Math.min(0, logits[i]! - normaliser));
  }
  return true;
}

function check({ logits, shape, labels, inputLengths, labelLengths }: CtcBatch, blank: number): void {
  const [size, frames, classes] = shape;
  const longest = size === 0 ? 0 : labels.length / size;
  if (logits.length !== size * frames * classes || !Number.isInteger(longest)) {
    throw new ShapeError(`ctcLoss: logits (${shape.join(', ')}) do not fit ${labels.length} labels`);
  }
  if (inputLengths.length !== size || labelLengths.length !== size) {
    const got = `${inputLengths.length} and ${labelLengths.length}`;
    throw new ShapeError(`ctcLoss: ${size} utterances need as many input and label lengths, got ${got}`);
  }
  if (!within(blank, classes)) throw new ShapeError(`ctcLoss: blank is ${blank}, of ${classes} classes`);
  for (let b = 0; b < size; b++) {
    if (!within(inputLengths[b]!, frames + 1)) {
      throw new ShapeError(`ctcLoss: utterance ${b} has ${inputLengths[b]} frames, the logits have ${frames}`);
    }
    if (!within(labelLengths[b]!, longest + 1)) {
      throw new ShapeError(`ctcLoss: utterance ${b} has ${labelLengths[b]} labels, a row of labels holds ${longest}`);
    }
    for (let i = 0; i < labelLengths[b]!; i++) {
      const label = labels[b * longest + i]!;
      if (within(label, classes) && label !== blank) continue;
      throw new ShapeError(
        `ctcLoss: label ${i} of utterance ${b} is ${label}${label === blank ? ', which is the blank' : ''}`,
        { hint: `labels are classes in [0, ${classes}) other than ${blank}` },
      );
    }
  }
}

const within = (x: number, limit: number): boolean => Number.isInteger(x) && x >= 0 && x < limit;
