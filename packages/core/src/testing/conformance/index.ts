import { leakCheck } from '../leak-check.js';
import { batching } from './batching.js';
import { checkpoint } from './checkpoint.js';
import { gradients } from './gradients.js';
import { masks } from './masks.js';
import { options as optionTests } from './options.js';
import { shapes } from './shapes.js';
import { Subject, type SubjectOptions, type Tests } from './subject.js';
import { teacher } from './teacher.js';

/** The two functions that jest, vitest and node:test share. */
export interface TestRunner {
  describe(name: string, body: () => void): unknown;
  test(name: string, body: () => Promise<void>): unknown;
}

export interface ConformanceOptions extends TestRunner, SubjectOptions {}

const GROUPS: Readonly<Record<string, (subject: Subject) => Tests>> = {
  shapes,
  'samples of a batch': batching,
  masks,
  gradients,
  checkpoint,
  teacher,
  options: optionTests,
};

/**
 * Registers the tests that every modality passes, with the runner of your choice:
 *
 *     import { encoderConformance } from '@d2v/core/testing';
 *     import plugin from '../src/index.js';
 *
 *     encoderConformance({ describe, test, plugin, samples });
 *
 * Choose a backend before the tests run. Each test builds its own model, draws weights that are nowhere zero, and fails
 * when it leaves a tensor behind.
 */
export function encoderConformance({ describe, test, ...about }: ConformanceOptions): void {
  const subject = new Subject(about);
  describe(`${about.plugin.name}: encoder conformance`, () => {
    for (const [name, group] of Object.entries(GROUPS)) {
      describe(name, () => {
        for (const [behaviour, body] of Object.entries(group(subject))) test(behaviour, () => leakCheck(body));
      });
    }
  });
}
