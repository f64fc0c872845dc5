import { add } from '@tensorflow/tfjs-core';
import { valueAndGradients } from '../../ops/differentiable.js';
import { HostNoise } from '../../random/host-noise.js';
import { RandomStream } from '../../random/stream.js';
import { trainableNames } from '../../weights/parameter.js';
import { leakCheck } from '../leak-check.js';
import { check, OBJECTIVES, streams, withBatch, withWeights, type Subject, type Tests } from './subject.js';

interface Pass {
  readonly loss: number;
  /** Trainable parameter → its gradient's values; undefined where none came. */
  readonly gradients: ReadonlyMap<string, Float32Array | undefined>;
}

/** Every parameter learns under both objectives, from the seed alone, and nothing is left behind. */
export const gradients = (subject: Subject): Tests =>
  Object.fromEntries(
    OBJECTIVES.flatMap((objective) => [
      [
        `${objective}: a gradient reaches every trainable parameter`,
        () => {
          const { loss, gradients } = trainingPass(subject, objective);
          check(Number.isFinite(loss), `${objective}: the loss is ${loss}`);
          const without = [...gradients].filter(([, values]) => !values?.some((value) => value !== 0));
          check(without.length === 0, `${objective}: no gradient reaches ${without.map(([name]) => name).join(', ')}`);
          const broken = [...gradients].filter(([, values]) => values?.some((value) => !Number.isFinite(value)));
          check(broken.length === 0, `${objective}: not finite: the gradient of ${broken.map(([n]) => n).join(', ')}`);
        },
      ],
      [
        `${objective}: the loss depends on the seed alone`,
        () => {
          const [first, second] = [trainingPass(subject, objective), trainingPass(subject, objective)];
          check(first.loss === second.loss, `${objective}: the loss was ${first.loss}, then ${second.loss}`);
        },
      ],
      [
        `${objective}: a training pass leaves no tensor behind`,
        () => leakCheck(() => void trainingPass(subject, objective)),
      ],
    ]),
  );

function trainingPass(subject: Subject, objective: (typeof OBJECTIVES)[number]): Pass {
  const model = subject.model(objective);
  const prepared = model.objective.prepare(subject.collate(), streams(1));
  const names = trainableNames(model.parameters);
  const noise = new HostNoise(new RandomStream(['conformance', 'noise']));
  return withWeights(model.parameters, (weights) =>
    withBatch(prepared, (batch) => {
      const { value, gradients } = valueAndGradients(
        () => {
          const { terms } = model.objective.loss(weights, {}, batch, { noise, monitor: true });
          return Object.values(terms).reduce((sum, term) => add(sum, term));
        },
        names.map((name) => weights[name]!),
      );
      const [loss] = value.dataSync();
      value.dispose();
      const byName = names.map((name, i) => {
        const values = gradients[i]?.dataSync<'float32'>();
        gradients[i]?.dispose();
        return [name, values] as const;
      });
      return { loss: loss!, gradients: new Map(byName) };
    }),
  );
}
