import { ConfigError } from '@d2v/core';
import { z } from 'zod';
import { durationSchema, updatesOf, type Duration, type TrainingLength } from './duration.js';

const warmup = durationSchema.default(0).describe('Linear rise to the peak: updates, "10 epochs" or "3 %".');
const rate = z.number().min(0);

const constant = z.strictObject({
  name: z.literal('constant').describe('The peak learning rate after the warm-up.'),
  warmup,
});

const cosine = z.strictObject({
  name: z.literal('cosine').describe('Half a cosine from the peak down to `minimum` at the last update.'),
  warmup,
  minimum: rate.default(0).describe('Learning rate at the start of the warm-up and at the end.'),
});

const triStage = z.strictObject({
  name: z.literal('tri-stage').describe('Linear warm-up, hold, exponential decay (speech recipes).'),
  phases: z
    .tuple([durationSchema, durationSchema, durationSchema])
    .default(['3 %', '90 %', '7 %'])
    .describe('Lengths of warm-up, hold and decay.'),
  initialScale: z.number().min(0).max(1).default(0.01).describe('First learning rate as a fraction of the peak.'),
  finalScale: z.number().gt(0).max(1).default(0.01).describe('Last learning rate as a fraction of the peak.'),
});

const polynomial = z.strictObject({
  name: z.literal('polynomial').describe('A polynomial from the peak down to `end` at the last update.'),
  warmup,
  end: rate.default(0).describe('Learning rate at the last update.'),
  power: z.number().gt(0).default(1).describe('Exponent; 1 is a straight line.'),
});

/** Section `schedule` of a configuration: how the learning rate moves over training. */
export const scheduleSchema = z.discriminatedUnion('name', [cosine, triStage, polynomial, constant]);
export type ScheduleConfig = z.infer<typeof scheduleSchema>;
/** As a user writes it: what has a default may be left out. */
export type ScheduleInput = z.input<typeof scheduleSchema>;

/** Updates completed before a step → that step's learning rate. */
export type Schedule = (completed: number) => number;

/**
 * The learning rate of every update (reference: data2vec1.md §2.5, fairseq's semantics). The argument `s` counts
 * completed updates, so the first update of training has s = 0 and a warm-up from 0 leaves the weights where they are.
 *
 * With peak P, warm-up w and S updates in all:
 *
 *     constant    s < w: P·s/w                          else P
 *     cosine      s < w: m + (P − m)·s/w                else m + ½(P − m)(1 + cos(π·(s − w)/(S − w)))
 *     tri-stage   warm-up of r1: P·(i + (1 − i)·s/r1)   hold of r2: P    decay of r3: P·exp(ln(f)·s′/r3)    then P·f
 *     polynomial  s ≤ w: P·s/w                          else e + (P − e)·(1 − (s − w)/(S − w))^p
 *
 * Past S every schedule keeps its last value.
 *
 * @param peak the optimizer's learning rate P
 * @throws ConfigError when the warm-up or the phases do not fit into the training
 */
export function learningRate(config: ScheduleConfig, peak: number, length: TrainingLength): Schedule {
  switch (config.name) {
    case 'constant': {
      const w = fitting(config.warmup, length);
      return (s) => (s < w ? (peak * s) / w : peak);
    }
    case 'cosine': {
      const [w, low] = [fitting(config.warmup, length), config.minimum];
      return (s) =>
        s < w
          ? low + ((peak - low) * s) / w
          : low + 0.5 * (peak - low) * (1 + Math.cos(Math.PI * progress(s, w, length.total)));
    }
    case 'tri-stage':
      return triStageRate(config, peak, length);
    case 'polynomial': {
      const [w, end] = [fitting(config.warmup, length), config.end];
      return (s) =>
        s <= w && w > 0 ? (peak * s) / w : end + (peak - end) * (1 - progress(s, w, length.total)) ** config.power;
    }
  }
}

function triStageRate(config: z.infer<typeof triStage>, peak: number, length: TrainingLength): Schedule {
  const phases = config.phases.map((phase) => updatesOf(phase, length));
  const [warm, hold, decay] = phases as [number, number, number];
  if (warm + hold + decay > length.total) {
    throw new ConfigError(`the phases ${phases.join(' + ')} are longer than the ${length.total} updates of training`, {
      key: 'schedule.phases',
      hint: 'phases in "%" always fit',
    });
  }
  return (s) => {
    if (s < warm) return peak * (config.initialScale + ((1 - config.initialScale) * s) / warm);
    if (s < warm + hold) return peak;
    if (s < warm + hold + decay) return peak * Math.exp((Math.log(config.finalScale) * (s - warm - hold)) / decay);
    return peak * config.finalScale;
  };
}

/** How far `s` is between the end of the warm-up (0) and of training (1). */
function progress(s: number, warm: number, total: number): number {
  return total > warm ? Math.min(1, (s - warm) / (total - warm)) : 1;
}

function fitting(warm: Duration, length: TrainingLength): number {
  const updates = updatesOf(warm, length);
  if (updates > length.total) {
    throw new ConfigError(`a warm-up of ${updates} updates does not fit into ${length.total} updates of training`, {
      key: 'schedule.warmup',
      hint: 'shorten the warm-up or train longer',
    });
  }
  return updates;
}
