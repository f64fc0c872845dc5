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

  /** Leaving the loop ends the run: its folder is unlocked and its tensors are freed. */
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
    } finally {
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
