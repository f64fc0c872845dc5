import { D2vError } from '@d2v/core';
import type { RunEvent, RunResult } from './events.js';

export type EventListener = (event: RunEvent) => void;

/**
 * A run that goes on once somebody listens: iterate over its events, or await its result.
 *
 *     for await (const event of pretrain({ config: 'digits.yaml', out: 'runs/digits' })) …
 *     const { path } = await pretrain({ … });
 */
export class Run implements AsyncIterable<RunEvent>, PromiseLike<RunResult> {
  readonly #events: AsyncGenerator<RunEvent, RunResult>;
  #result: Promise<RunResult> | undefined;

  constructor(
    events: AsyncGenerator<RunEvent, RunResult>,
    private readonly listener?: EventListener,
  ) {
    this.#events = events;
  }

  /** Leaving the loop ends the run: its folder is unlocked, its tensors are freed, and there is no result to await. */
  async *[Symbol.asyncIterator](): AsyncGenerator<RunEvent, RunResult> {
    try {
      for (;;) {
        const next = await this.#events.next();
        if (next.done) {
          this.#result = Promise.resolve(next.value);
          return next.value;
        }
        this.listener?.(next.value);
        yield next.value;
      }
    } catch (error) {
      this.#result = rejected(error);
      throw error;
    } finally {
      this.#result ??= rejected(
        new D2vError('the run was left before its end, so it has no result', {
          hint: 'the same call goes on after its last checkpoint',
        }),
      );
      await this.#events.return(undefined as never);
    }
  }

  then<A = RunResult, B = never>(
    fulfilled?: ((result: RunResult) => A | PromiseLike<A>) | null,
    rejected?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    this.#result ??= this.#consume();
    return this.#result.then(fulfilled, rejected);
  }

  async #consume(): Promise<RunResult> {
    try {
      for (;;) {
        const next = await this.#events.next();
        if (next.done) return next.value;
        this.listener?.(next.value);
      }
    } finally {
      await this.#events.return(undefined as never); // where the listener throws
    }
  }
}

/** A rejection that nobody has to await. */
function rejected(reason: unknown): Promise<never> {
  const result = new Promise<never>((_, reject) => reject(reason as Error));
  result.catch(() => undefined);
  return result;
}
