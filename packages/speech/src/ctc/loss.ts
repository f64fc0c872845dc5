import { differentiable, isRecording, ShapeError } from '@d2v/core';
import {
  div,
  engine,
  getBackend,
  getKernel,
  maximum,
  mean,
  mul,
  reshape,
  sum,
  tensor,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
  type Tensor3D,
} from '@tensorflow/tfjs-core';
import { ctcOnHost, type CtcOptions } from './host.js';

/** What the logits should spell. */
export interface CtcTargets {
  /** (B, L) int32 classes, padded with anything. */
  readonly labels: Tensor2D;
  /** (B) int32, labels of each utterance. */
  readonly labelLengths: Tensor1D;
  /** (B) int32, frames of each utterance; logits beyond are padding. */
  readonly inputLengths: Tensor1D;
}

/**
 * How the losses of a batch become one: `none` leaves (B), `sum` adds them up, `mean` divides each by its number of
 * labels (at least 1) and takes the mean over the batch, as PyTorch's `ctc_loss`.
 */
export type CtcReduction = 'none' | 'sum' | 'mean';

export interface CtcLossOptions extends Partial<CtcOptions> {
  /** Default: mean. */
  readonly reduction?: CtcReduction;
}

/** Name of the kernel that a backend may register: see `ctcLoss`. */
export const CTC_KERNEL = 'CtcLoss';

/**
 * The loss of connectionist temporal classification (Graves et al. 2006): −ln of the probability of all paths that spell
 * the labels, with blanks anywhere and repeats merged. Differentiable with respect to the logits, whose log-softmax it
 * takes itself.
 *
 * It runs on the host: logits and targets are read back with `dataSync`, and loss and gradient are computed together, in
 * double precision. Where nothing may be read back, as in a compiled step, the backend registers a kernel `CtcLoss` with
 * the inputs `{ logits, labels, labelLengths, inputLengths }` and the attributes `{ blank, zeroInfinity }`; it returns
 * the losses (B) and their gradients (B, T, V). Nothing else has to change.
 *
 * @param logits (B, T, V)
 * @param options blank: default 0; zeroInfinity: default false
 * @returns a scalar, or (B) for the reduction `none`
 * @throws ShapeError when shapes, lengths or labels do not fit
 */
export function ctcLoss(logits: Tensor3D, targets: CtcTargets, options: CtcLossOptions = {}): Tensor {
  if (logits.rank !== 3) throw new ShapeError(`ctcLoss: logits must be (B, T, V), got (${logits.shape.join(', ')})`);
  const { blank = 0, zeroInfinity = false, reduction = 'mean' } = options;
  const losses = ctcLosses(logits, targets, { blank, zeroInfinity });
  if (reduction === 'none') return losses;
  if (reduction === 'sum') return sum(losses);
  return mean(div(losses, maximum(targets.labelLengths.toFloat(), 1)));
}

/** Loss of each utterance, (B). */
function ctcLosses(logits: Tensor3D, targets: CtcTargets, options: CtcOptions): Tensor {
  const recording = isRecording();
  return differentiable(
    [logits],
    (save) => {
      const [losses, gradients] = lossesAndGradients(logits, targets, options, recording);
      if (gradients) save([gradients]);
      return losses;
    },
    (dy, [gradients]) => [mul(gradients!, reshape(dy, [-1, 1, 1]))],
  );
}

function lossesAndGradients(
  logits: Tensor3D,
  { labels, labelLengths, inputLengths }: CtcTargets,
  options: CtcOptions,
  wantGradients: boolean,
): [losses: Tensor, gradients?: Tensor] {
  if (getKernel(CTC_KERNEL, getBackend())) {
    const inputs = { logits, labels, labelLengths, inputLengths };
    return engine().runKernel<Tensor[]>(CTC_KERNEL, inputs, { ...options }) as [Tensor, Tensor];
  }
  const batch = {
    logits: logits.dataSync<'float32'>(),
    shape: logits.shape,
    labels: labels.dataSync<'int32'>(),
    labelLengths: labelLengths.dataSync(),
    inputLengths: inputLengths.dataSync(),
  };
  const { losses, gradients } = ctcOnHost(batch, options, wantGradients);
  return gradients ? [tensor(losses), tensor(gradients, logits.shape)] : [tensor(losses)];
}
