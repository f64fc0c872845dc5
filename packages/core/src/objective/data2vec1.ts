import {
  expandDims,
  mul,
  sum,
  type NamedTensorMap,
  type Scalar,
  type Tensor2D,
  type Tensor3D,
} from '@tensorflow/tfjs-core';
import { z } from 'zod';
import type { HostBatch } from '../encoder/host.js';
import type { Network } from '../encoder/network.js';
import { maskedSequence, wholeSequence } from '../encoder/sequence.js';
import { gelu, linear, regressionLoss, withoutGradient } from '../ops/index.js';
import { teacherSchema } from '../teacher/teacher.js';
import type { ParameterSpecs, Weights } from '../weights/parameter.js';
import { Scope } from '../weights/scope.js';
import { collapseSchema } from './collapse.js';
import { lossScale, lossSchema } from './loss-config.js';
import { withSameCount } from './same-count.js';
import type { Batch, BatchStreams, Losses, MaskedObjective, ObjectiveContext, Prepared } from './objective.js';
import { sharesLocalEncoder, teacherTargets, variances } from './teacher-targets.js';
import { targetsSchema } from './targets.js';

export const data2vec1Schema = z.strictObject({
  name: z.literal('data2vec1').describe('data2vec 1.0: the student sees every position, masked ones replaced.'),
  head: z
    .union([z.literal(0), z.literal(1), z.literal(2)])
    .default(1)
    .describe('Layers of the regression head: none, Linear, or Linear–GELU–Linear with a hidden width of 2·dim.'),
  loss: lossSchema,
  targets: targetsSchema.prefault({}).describe('What the student predicts.'),
  teacher: teacherSchema.prefault({}).describe('The moving average of the student that makes the targets.'),
  collapse: collapseSchema,
});

const TOKEN_INIT = { kind: 'truncatedNormal', std: 0.02, limit: 1 } as const;

export type Data2vec1Config = z.infer<typeof data2vec1Schema>;

/** Prefix of drawn tensors that are corrupted inputs. */
const STUDENT = 'student.';

/** data2vec 1.0: the student sees every position, masked ones replaced (reference: data2vec1.md §1). */
export class Data2vec1 implements MaskedObjective {
  readonly parameters: ParameterSpecs;
  readonly teacher: Data2vec1Config['teacher'];
  readonly collapse: Data2vec1Config['collapse'];

  constructor(
    readonly network: Network,
    readonly config: Data2vec1Config,
  ) {
    this.teacher = config.teacher;
    this.collapse = config.collapse;
    this.parameters = parameters(network, config);
  }

  prepare(batch: HostBatch, streams: BatchStreams): Prepared {
    const { encoder } = this.network;
    const masks = new Uint8Array(batch.size * batch.tokens);
    for (let row = 0; row < batch.size; row++) {
      const length = batch.lengths?.[row] ?? batch.tokens;
      masks.set(encoder.drawMask(length, streams.sample(row), { batch, row }), row * batch.tokens);
    }
    const placed = this.place(
      withSameCount(encoder, masks, batch, (row) => streams.sample(row)),
      batch,
    );
    const corrupted = Object.entries(encoder.corruptInputs?.(batch, (row) => streams.sample(row)) ?? {});
    const drawn = Object.fromEntries(corrupted.map(([name, value]) => [`${STUDENT}${name}`, value]));
    return { batch, drawn: { ...placed.drawn, ...drawn } };
  }

  place(masks: Uint8Array, batch: HostBatch): Prepared {
    return { batch, drawn: { mask: { data: Float32Array.from(masks), shape: [batch.size, batch.tokens] } } };
  }

  loss(student: Weights, averaged: Weights, batch: Batch, context: ObjectiveContext): Losses {
    const { network, config } = this;
    const { encoder } = network;
    const mask = batch.drawn.mask as Tensor2D;
    const weight = expandDims(mask, 2) as Tensor3D;
    const inputs = encoder.maskInputs ? encoder.maskInputs(studentInputs(batch), mask) : batch.inputs;
    const local = network.localFeatures(student, inputs, context);
    context.observe?.('local_features', local);

    const shared = sharesLocalEncoder(config.teacher) && !encoder.maskInputs ? local : undefined;
    const targets = teacherTargets(network, { ...student, ...averaged }, batch, config.targets, context, shared);

    const p = new Scope(student, 'encoder');
    const sequence = encoder.maskInputs
      ? wholeSequence(encoder, p, local, batch.real)
      : maskedSequence(encoder, p, local, mask, 'token', batch.real);
    const encoded = network.withoutExtra(network.forward(student, sequence, context).x);
    context.observe?.('student_encoded', encoded);

    const prediction = this.#head(new Scope(student, 'head'), encoded);
    const scale = lossScale(config.loss, network.config.dim);
    const regression: Scalar = mul(regressionLoss(prediction, targets, weight, config.loss.beta), scale);
    return {
      terms: { regression },
      sampleSize: withoutGradient(() => sum(mask)),
      metrics: context.monitor
        ? variances({ targets, prediction, local }, { targets: weight, prediction: weight })
        : {},
    };
  }

  #head(p: Scope, x: Tensor3D): Tensor3D {
    if (this.config.head === 0) return x;
    const first = linear(x, p.get('0.weight'), p.get('0.bias'));
    return this.config.head === 1 ? first : linear(gelu(first), p.get('1.weight'), p.get('1.bias'));
  }
}

/** The raw inputs before masking, those that were corrupted in place of the batch's own. */
function studentInputs({ inputs, drawn }: Batch): NamedTensorMap {
  const corrupted = Object.entries(drawn).filter(([name]) => name.startsWith(STUDENT));
  return { ...inputs, ...Object.fromEntries(corrupted.map(([name, value]) => [name.slice(STUDENT.length), value])) };
}

function parameters({ encoder, config: { dim } }: Network, { head }: Data2vec1Config): ParameterSpecs {
  const layer = (name: string, inputs: number, outputs: number): ParameterSpecs => ({
    [`head.${name}.weight`]: { shape: [inputs, outputs], init: { kind: 'truncatedNormal', std: 0.02, limit: 1 } },
    [`head.${name}.bias`]: { shape: [outputs], init: { kind: 'zeros' } },
  });
  const maskToken: ParameterSpecs = encoder.maskInputs
    ? {}
    : { 'encoder.mask_token': { shape: [1, 1, dim], init: encoder.maskTokenInit ?? TOKEN_INIT } };
  if (head === 0) return maskToken;
  return head === 1
    ? { ...maskToken, ...layer('0', dim, dim) }
    : { ...maskToken, ...layer('0', dim, 2 * dim), ...layer('1', 2 * dim, dim) };
}
