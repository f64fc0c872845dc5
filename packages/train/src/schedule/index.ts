export { durationSchema, updatesOf, type Duration, type TrainingLength } from './duration.js';
export { emaDecay, emaDecaySchema, type EmaDecayConfig } from './ema-decay.js';
export {
  learningRate,
  scheduleSchema,
  type Schedule,
  type ScheduleConfig,
  type ScheduleInput,
} from './learning-rate.js';
