import type { Weights } from '../weights/parameter.js';
import type { Network } from './network.js';
import type { AnyPlugin } from './plugin.js';
import type { Task } from './task.js';

/**
 * A command that a plugin adds to `d2v` (`d2v transcribe`). So that `d2v` offers it without loading every package, the
 * plugin's package.json names it too: `"d2v": { "commands": { "transcribe": "prints what is said in recordings" } }`.
 */
export interface PluginCommand {
  readonly description: string;
  /** Positional arguments, as in `<files...>` or `[folder]`; absent: none. */
  readonly arguments?: string;
  readonly options?: readonly CommandOption[];
  /** Whole command lines, shown by `--help`. */
  readonly examples: readonly string[];
  /** @throws D2vError that says what to do next */
  run(input: CommandInput): Promise<void>;
}

export interface CommandOption {
  /** As in `--beam <n>` or `--json`. */
  readonly flags: string;
  readonly description: string;
  readonly default?: string | boolean;
  readonly required?: boolean;
}

/** What the user typed, and what the command works with. */
export interface CommandInput {
  readonly arguments: readonly string[];
  /** By the option's long name in camel case; absent ones are undefined, flags are true or false. */
  readonly options: Readonly<Record<string, string | boolean | undefined>>;
  readonly tools: CommandTools;
}

export interface CommandTools {
  /** A line of the result, to standard output. */
  print(line: string): void;
  /** A remark, to standard error. */
  note(line: string): void;
  /** Shows how far a long command is; `total` may be unknown. */
  progress(done: number, total?: number): void;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
  /** Loads a run's model onto the backend of its configuration; the caller disposes it. */
  loadModel(run: string): Promise<TrainedModel>;
}

/** A model with its weights, ready to be used. */
export interface TrainedModel {
  /** The run's folder. */
  readonly path: string;
  readonly plugin: AnyPlugin;
  readonly network: Network;
  /** Parameters of the network, and those of the head of a fine-tuned run (`head.*`). */
  readonly weights: Weights;
  /** The head of a fine-tuned run. */
  readonly task?: { readonly name: string; readonly options: unknown; readonly head: Task };
  /** Class names (or a vocabulary) of a fine-tuned run. */
  readonly classes?: readonly string[];
  /** `encoder` and `data.transform` of the run's configuration, with defaults. */
  readonly encoder: unknown;
  readonly transform: unknown;
  /** Frees the weights. */
  dispose(): void;
}
