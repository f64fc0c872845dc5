import { createProgress, formatNumber, formatSeconds, type Progress } from '../progress/index.js';
import type { RunEvent, RunResult } from '../trainer/events.js';
import type { Run } from '../trainer/run.js';

/** Bad samples that are named while a run goes on; the rest is only counted. */
const NAMED_SAMPLES = 5;

/**
 * Shows a run on the terminal until it ends. The first Ctrl-C ends it after the update in progress, with a checkpoint;
 * a second one ends the process at once.
 *
 * @param start starts the run, which stops when the signal says so
 */
export async function followRun(start: (signal: AbortSignal) => Run): Promise<RunResult> {
  const abort = new AbortController();
  const interrupt = (): void => {
    if (abort.signal.aborted) process.exit(130);
    console.error('\nstopping after this update; once more to stop at once');
    abort.abort();
  };
  process.on('SIGINT', interrupt);
  process.on('SIGTERM', interrupt);
  const view = new RunView();
  try {
    const run = start(abort.signal);
    for await (const event of run) view.show(event);
    return await run;
  } finally {
    view.stop();
    process.off('SIGINT', interrupt);
    process.off('SIGTERM', interrupt);
  }
}

/**
 * As `followRun`, for scripts that need the run's result: one that Ctrl-C stopped ends the process with status 130, so that
 * nothing is made of half a run.
 */
export async function followToEnd(start: (signal: AbortSignal) => Run): Promise<RunResult> {
  const result = await followRun(start);
  if (!result.finished) process.exit(130);
  return result;
}

class RunView {
  #progress: Progress | undefined;
  #samples = 0;
  #before = 0;
  #skipped = 0;

  show(event: RunEvent): void {
    switch (event.type) {
      case 'backend':
        return this.#say(event.description);
      case 'start':
        this.#before = event.update;
        if (event.resumed) this.#say(`going on after update ${event.update} of ${event.total} in ${event.path}`);
        this.#progress = createProgress({ total: event.total, start: event.update });
        return;
      case 'update':
        this.#samples += event.batchSize;
        return this.#progress?.step(event.update, this.#samples, { loss: event.loss });
      case 'validation': {
        const metrics = Object.entries(event.metrics).map(([name, value]) => `${name} ${formatNumber(value)}`);
        return this.#say(`update ${event.update}, validation: ${metrics.join('  ')}`);
      }
      case 'checkpoint':
        return;
      case 'skipped':
        this.#skipped++;
        if (this.#skipped <= NAMED_SAMPLES) this.#say(`left out: ${event.error.message}`);
        return;
      case 'warning':
        return this.#say(`warning: ${event.message}`);
      case 'end':
        return this.#end(event);
    }
  }

  stop(): void {
    this.#progress?.stop();
    this.#progress = undefined;
  }

  #end({ update, total, finished, path, seconds }: Extract<RunEvent, { type: 'end' }>): void {
    this.stop();
    const left = this.#skipped > 0 ? `; ${this.#skipped} bad samples were left out` : '';
    const done = update - this.#before;
    if (finished) console.error(`finished ${total} updates (${done} now, ${formatSeconds(seconds)}) in ${path}${left}`);
    else console.error(`stopped after update ${update} of ${total}${left}; the same command goes on with ${path}`);
  }

  #say(line: string): void {
    if (this.#progress) this.#progress.say(line);
    else console.error(line);
  }
}
