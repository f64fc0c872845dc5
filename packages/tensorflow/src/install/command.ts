import { spawn } from 'node:child_process';

/** A program and its first arguments: ['/usr/bin/node', 'npm-cli.js']. */
export type Command = readonly [string, ...string[]];

export interface CommandOptions {
  readonly directory?: string;
  readonly environment?: NodeJS.ProcessEnv;
  readonly signal?: AbortSignal;
}

/** A program that is missing (`code` 'ENOENT') or failed (`code` its exit status); `output` is what it wrote. */
export class CommandError extends Error {
  override name = 'CommandError';

  constructor(
    message: string,
    readonly code: string | number | null,
    readonly output: string,
  ) {
    super(message);
  }

  /** The last lines that the program wrote, for an error message. */
  tail(lines = 12): string {
    return this.output.trimEnd().split('\n').slice(-lines).join('\n');
  }
}

/**
 * Runs a program to its end.
 *
 * @returns what it wrote to standard output
 * @throws CommandError when it cannot be started or fails; the signal's reason when aborted
 */
export function runCommand(
  [program, ...first]: Command,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<string> {
  const { directory, environment = process.env, signal } = options;
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const child = spawn(program, [...first, ...args], {
      cwd: directory,
      env: environment,
      signal,
      stdio: ['ignore', 'pipe', 'pipe'],
      shell: program.endsWith('.cmd'), // Windows' npm is a batch file, which only a shell runs
    });
    let stdout = '';
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
      output += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => (output += text));
    const name = [program, ...first, ...args].join(' ');
    child.on('error', (error: NodeJS.ErrnoException) => {
      if (signal?.aborted) reject(signal.reason as Error);
      else reject(new CommandError(`${name}: ${error.message}`, error.code ?? null, output));
    });
    child.on('close', (code, killedBy) => {
      if (code === 0) resolve(stdout);
      else reject(new CommandError(`${name}: ${killedBy ?? `exit status ${code}`}`, code, output));
    });
  });
}

/** Whether a program runs and succeeds. */
export async function succeeds(
  command: Command,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<boolean> {
  try {
    await runCommand(command, args, options);
    return true;
  } catch (error) {
    if (error instanceof CommandError) return false;
    throw error;
  }
}
