import type { CommandTools, TrainedModel } from '@d2v/core';
import type { BackendChoice } from '@d2v/core/node';
import { taskOf } from '../../api/finetune.js';
import { loadRun } from '../../api/load-run.js';
import { createProgress, type Progress } from '../../progress/index.js';

/** The tools of a command that is running, and how to put them away. */
export interface RunningTools extends CommandTools {
  /** Leaves the last progress on screen and gives Ctrl-C back. */
  close(): void;
}

/**
 * The tools of one call of a plugin's command. The first Ctrl-C aborts the signal, a second one ends the process.
 *
 * @param unit what its progress counts, in the plural
 * @param backend default: the one of each run's configuration
 */
export function commandTools(unit: string, backend?: BackendChoice): RunningTools {
  const abort = new AbortController();
  const interrupt = (): void => {
    if (abort.signal.aborted) process.exit(130);
    console.error('\nstopping; once more to stop at once');
    abort.abort();
  };
  process.on('SIGINT', interrupt);
  process.on('SIGTERM', interrupt);
  let bar: { readonly total: number | undefined; readonly progress: Progress } | undefined;
  const say = (line: string, print: (line: string) => void): void => {
    if (bar && process.stderr.isTTY) bar.progress.say(line);
    else print(line);
  };
  return {
    // On a terminal a result is shown above the bar; elsewhere it goes to standard output, which may be a file.
    print: (line) => (process.stdout.isTTY ? say(line, console.log) : console.log(line)),
    note: (line) => say(line, console.error),
    progress: (done, total) => {
      if (bar?.total !== total) {
        bar?.progress.stop();
        bar = undefined;
      }
      bar ??= { total, progress: createProgress({ total: total ?? 0, unit, rated: 'steps' }) };
      bar.progress.step(done, done);
    },
    signal: abort.signal,
    loadModel: (run) => loadModel(run, backend),
    close: () => {
      bar?.progress.stop();
      process.off('SIGINT', interrupt);
      process.off('SIGTERM', interrupt);
    },
  };
}

/** A run's averaged weights where it has them, with its head where it is a fine-tuned one. The caller disposes it. */
async function loadModel(path: string, backend?: BackendChoice): Promise<TrainedModel> {
  const run = await loadRun(path, { weights: 'teacher', ...(backend && { backend }) });
  try {
    const { plugin, config, network, weights, classes } = run;
    const head = config.task && taskOf(plugin, config, network, classes ?? []);
    const { name = '', ...options } = config.task ?? {};
    return {
      path: run.path,
      plugin,
      network,
      weights,
      ...(head && { task: { name, options, head } }),
      ...(classes && { classes }),
      encoder: config.encoder,
      transform: config.data.transform,
      dispose: () => run.dispose(),
    };
  } catch (error) {
    run.dispose();
    throw error;
  }
}
