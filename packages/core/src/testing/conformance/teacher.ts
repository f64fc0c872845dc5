import { scalar } from '@tensorflow/tfjs-core';
import type { Network } from '../../encoder/network.js';
import { averageTeacher, copyTeacher, teacherNames, teacherSchema } from '../../teacher/teacher.js';
import type { Weights } from '../../weights/parameter.js';
import { expectAllclose } from '../expect-allclose.js';
import { check, featureRows, withWeights, type Subject, type Tests } from './subject.js';

const SHARES: readonly (readonly string[])[] = [[], ['encoder.local'], ['encoder']];

/** The teacher is the student again, parameter for parameter, whatever it shares. */
export const teacher = (subject: Subject): Tests =>
  Object.fromEntries(
    SHARES.map((share) => [
      share.length === 0 ? 'has every parameter of the student' : `shares ${share.join()} and has the rest`,
      () => {
        const network = subject.network();
        withWeights(network.parameters, (student) => compare(subject, network, student, share));
      },
    ]),
  );

function compare(subject: Subject, network: Network, student: Weights, share: readonly string[]): void {
  const names = teacherNames(network.parameters, teacherSchema.parse({ share }));
  const shared = Object.keys(network.parameters).filter((name) => !names.includes(name));
  const strays = shared.filter((name) => !share.some((prefix) => name.startsWith(`${prefix}.`)));
  check(strays.length === 0, `neither averaged nor shared: ${strays.join(', ')}`);
  check(names.length > 0, 'the teacher averages nothing');

  const copy = copyTeacher(student, names);
  const [frozen, replaced] = [scalar(1), scalar(0)];
  const kept = averageTeacher(copy, student, frozen, network.parameters);
  const taken = averageTeacher(copy, student, replaced, network.parameters);
  try {
    const expected = featureRows(network, student, subject.samples);
    for (const weights of [copy, kept, taken]) {
      const features = featureRows(network, { ...student, ...weights }, subject.samples);
      expectAllclose(features.data, expected.data, { rtol: 1e-5, atol: 1e-6 });
      for (const name of names) {
        const shape = network.parameters[name]!.shape;
        check(
          `${weights[name]!.shape}` === `${shape}`,
          `teacher '${name}' is [${weights[name]!.shape}], not [${shape}]`,
        );
      }
    }
  } finally {
    for (const value of [frozen, replaced, ...[copy, kept, taken].flatMap((each) => Object.values(each))])
      value.dispose();
  }
}
