import {
  copyTeacher,
  initialise,
  teacherNames,
  trainableNames,
  type ParameterSpecs,
  type RandomStream,
  type TeacherConfig,
  type Weights,
} from '@d2v/core';
import { adamState, type AdamState } from '../optimizer/index.js';

/** Everything that a training step changes. */
export interface ModelState {
  readonly student: Weights;
  /** Averaged parameters; empty without a teacher. */
  readonly teacher: Weights;
  readonly moments: AdamState;
}

/** The state before the first update. The caller disposes it with `disposeState`. */
export function initialState(
  specs: { network: ParameterSpecs; all: ParameterSpecs },
  teacher: TeacherConfig | undefined,
  stream: RandomStream,
  start: Weights = {},
): ModelState {
  const drawn = initialise(specs.all, stream);
  const student = Object.fromEntries(
    Object.entries(drawn).map(([name, tensor]) => {
      const given = start[name];
      if (!given) return [name, tensor];
      tensor.dispose();
      return [name, given.clone()];
    }),
  );
  const trainable = Object.fromEntries(trainableNames(specs.all).map((name) => [name, student[name]!]));
  return {
    student,
    teacher: teacher ? copyTeacher(student, teacherNames(specs.network, teacher)) : {},
    moments: adamState(trainable),
  };
}

export function disposeWeights(weights: Weights): void {
  for (const tensor of Object.values(weights)) tensor.dispose();
}

export function disposeState({ student, teacher, moments }: ModelState): void {
  for (const weights of [student, teacher, moments.m, moments.v]) disposeWeights(weights);
}
