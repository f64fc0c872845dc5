import '@tensorflow/tfjs'; // registers the gradients of TensorFlow.js's own ops, which tfjs-core alone leaves out
import { customGrad, engine, tidy, type Tensor } from '@tensorflow/tfjs-core';

type Save = (tensors: Tensor[]) => void;

/** Whether a gradient tape records right now; without one an op need not compute what only its gradient wants. */
export function isRecording(): boolean {
  return (engine() as unknown as { isTapeOn(): boolean }).isTapeOn();
}

/**
 * Runs an op whose gradient is written by hand.
 *
 * @param inputs what the op is differentiated with respect to
 * @param forward computes the value and hands `save` the tensors that the gradient needs
 * @param backward (gradient of the value, saved tensors) → one gradient per input, of the input's shape. The gradient
 *   of the value and the saved tensors are freed afterwards, so that memory shrinks while the backward pass proceeds.
 */
export function differentiable<T extends Tensor = Tensor>(
  inputs: Tensor[],
  forward: (save: Save) => T,
  backward: (dy: T, saved: Tensor[]) => Tensor[],
): T {
  if (!isRecording()) return tidy(() => forward(() => undefined));
  const op = customGrad<T>((...args) => ({
    value: forward(args[args.length - 1] as unknown as Save),
    gradFunc: (dy, saved) => {
      const gradients = tidy(() => backward(dy, saved));
      saved.forEach((tensor) => tensor.dispose());
      dy.dispose();
      return gradients;
    },
  }));
  return op(...inputs);
}

/** Runs `f` off the tape: its result is a constant for every gradient, and nothing in it is kept for one. */
export function withoutGradient<T extends Tensor>(f: () => T): T {
  if (!isRecording()) return tidy(f);
  return customGrad<T>(() => ({ value: f(), gradFunc: () => [] }))();
}

/**
 * Value and gradients of a scalar function.
 *
 * @returns the value and one gradient per input, undefined where `f` does not depend on it. The caller disposes them.
 */
export function valueAndGradients(
  f: () => Tensor,
  inputs: Tensor[],
): { value: Tensor; gradients: (Tensor | undefined)[] } {
  const { value, grads } = engine().gradients(f, inputs, undefined, true);
  return { value, gradients: grads };
}
