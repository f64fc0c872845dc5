import { add, mul, sub, tidy, type Scalar, type Tensor } from '@tensorflow/tfjs-core';
import { z } from 'zod';
import type { ParameterSpecs, Weights } from '../weights/parameter.js';

/** The teacher: a moving average of the student (reference: data2vec1.md §2.1). */
export const teacherSchema = z.strictObject({
  decay: z
    .strictObject({
      start: z.number().min(0).max(1).default(0.999).describe('Decay τ of the first update.'),
      end: z.number().min(0).max(1).default(0.9999).describe('Decay after the ramp; 1 freezes the teacher.'),
      updates: z.number().int().min(0).default(30_000).describe('Updates over which the decay grows linearly.'),
    })
    .prefault({})
    .describe('How slowly the teacher follows.'),
  share: z
    .array(z.string())
    .default([])
    .describe('Parameter name prefixes that the teacher takes from the student instead of averaging.'),
});

export type TeacherConfig = z.infer<typeof teacherSchema>;

/** Parameters of the student alone, whatever the recipe: the teacher never masks. */
const NEVER_AVERAGED = 'encoder.mask_token';

/** Names of the network's parameters that the teacher averages. */
export function teacherNames(network: ParameterSpecs, { share }: TeacherConfig): string[] {
  return Object.keys(network).filter(
    (name) => name !== NEVER_AVERAGED && !share.some((prefix) => name === prefix || name.startsWith(`${prefix}.`)),
  );
}

/** Decay τ after `update` completed updates: a linear ramp from start to end. */
export function decayAt(update: number, { start, end, updates }: TeacherConfig['decay']): number {
  return update >= updates ? end : end - (end - start) * (1 - update / updates);
}

/** A new teacher that equals the student. The caller disposes it. */
export function copyTeacher(student: Weights, names: readonly string[]): Weights {
  return Object.fromEntries(names.map((name) => [name, student[name]!.clone()]));
}

/**
 * One step of averaging, Δ ← τΔ + (1 − τ)θ, in float32; parameters that do not learn are copied. Disposes nothing; the
 * caller owns the result.
 */
export function averageTeacher(teacher: Weights, student: Weights, decay: Scalar, specs: ParameterSpecs): Weights {
  const rest = tidy(() => sub(1, decay));
  const average = (name: string): Tensor =>
    specs[name]?.trainable === false
      ? student[name]!.clone()
      : tidy(() => add(mul(teacher[name]!, decay), mul(student[name]!, rest)));
  const averaged = Object.fromEntries(Object.keys(teacher).map((name) => [name, average(name)]));
  rest.dispose();
  return averaged;
}
