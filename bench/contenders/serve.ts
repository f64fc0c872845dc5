import { createInterface } from 'node:readline';
import { memory } from '@tensorflow/tfjs-core';
import type { Round } from '../contender.js';

/** Seconds since some moment. */
export type Clock = () => number;

export const wallClock: Clock = () => performance.now() / 1000;

/** Processor time of all threads: what the work takes on one core. */
export const processorClock: Clock = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
};

export interface Service {
  step(): void | Promise<void>;
  /** What shows that all contenders do the same work; asked for once, after the first step. */
  checks(): Round['checks'];
  /** Default: the wall clock. */
  readonly clock?: Clock;
}

/** Runs and times steps on demand, as ../contender.ts asks for them, until standard input ends. */
export async function serve({ step, checks, clock = wallClock }: Service): Promise<void> {
  let checked: Round['checks'] | undefined;
  for await (const line of createInterface({ input: process.stdin })) {
    const seconds: number[] = [];
    for (let i = 0; i < Number(line); i++) {
      const start = clock();
      await step();
      seconds.push(clock() - start);
      checked ??= checks();
    }
    const round: Round = {
      seconds,
      checks: checked ?? {},
      peakBytes: process.resourceUsage().maxRSS * 1024,
      rssBytes: process.memoryUsage.rss(),
      tensors: memory().numTensors,
    };
    console.log(JSON.stringify(round));
  }
}

/** Values in parameters of these shapes. */
export const countValues = (parameters: readonly { readonly shape: readonly number[] }[]): number =>
  parameters.reduce((sum, { shape }) => sum + shape.reduce((product, size) => product * size, 1), 0);
