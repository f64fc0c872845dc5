import { tinyRun } from './tiny.js';

/** The configuration that the killed processes and the uninterrupted one share. */
export const resumable = (data: string, updates: number) =>
  tinyRun(data, { updates, log: { every: 2, tensorboard: false }, checkpoint: { every: 3 }, validate: { every: 10 } });
