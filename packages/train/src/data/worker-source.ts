import { availableParallelism } from 'node:os';
import { SampleError, type AnyPlugin } from '@d2v/core';
import { Tinypool } from 'tinypool';
import {
  openSource,
  type LocalSource,
  type SampleRequest,
  type SampleSource,
  type SourceDescription,
} from './source.js';
import type { WorkerAnswer, WorkerTask } from './worker.js';

const WORKER = new URL(import.meta.url.endsWith('.ts') ? './worker.ts' : './worker.js', import.meta.url).href;

/** Samples that worker threads decode and transform, while this thread computes. */
export class WorkerSource implements SampleSource {
  readonly label?: (index: number) => number;
  readonly annotation?: (index: number) => string | undefined;
  readonly length?: (index: number) => Promise<number>;
  readonly #pool: Tinypool;

  private constructor(
    private readonly local: LocalSource,
    private readonly task: Omit<WorkerTask, 'request'>,
    workers: number,
  ) {
    if (local.label) this.label = local.label;
    if (local.annotation) this.annotation = local.annotation;
    if (local.length) this.length = local.length;
    this.#pool = new Tinypool({
      filename: WORKER,
      minThreads: workers,
      maxThreads: workers,
      concurrentTasksPerWorker: 4,
    });
  }

  /**
   * @param workers how many threads, at least 1, and the name or path by which they find the plugin
   * @throws what opening the dataset throws
   */
  static async open(
    plugin: AnyPlugin,
    source: SourceDescription,
    { modality, threads }: { readonly modality: string; readonly threads: number },
  ): Promise<WorkerSource> {
    return new WorkerSource(await openSource(plugin, source), { modality, source }, threads);
  }

  get size(): number {
    return this.local.size;
  }

  get classes(): readonly string[] | undefined {
    return this.local.classes;
  }

  name(index: number): string {
    return this.local.name(index);
  }

  async load(request: SampleRequest): Promise<unknown> {
    const task: WorkerTask = { ...this.task, request };
    const answer = (await this.#pool.run(task)) as WorkerAnswer;
    if ('bad' in answer) throw new SampleError(answer.bad.sample, answer.bad.problem);
    return answer.sample;
  }

  async close(): Promise<void> {
    await this.#pool.destroy();
  }
}

/** Worker threads that leave one core to the training, at most `limit`. */
export function defaultWorkers(limit = 8): number {
  return Math.max(1, Math.min(limit, availableParallelism() - 1));
}
