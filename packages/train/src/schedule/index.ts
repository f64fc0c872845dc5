export { durationSchema, updatesOf, type Duration, type TrainingLength } from './duration.js';
export {
  learningRate,
  scheduleSchema,
  type Schedule,
  type ScheduleConfig,
  type ScheduleInput,
} from './learning-rate.js';
