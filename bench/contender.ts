import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { createInterface, type Interface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Entrant } from './cases/index.js';
import { pythonWith } from './python.js';

const TYPESCRIPT = new URL('../tools/typescript.mjs', import.meta.url).href;

/** What a contender prints after every round. */
export interface Round {
  readonly seconds: readonly number[];
  /** Sizes and results by name, equal or nearly so for all who do the same work. */
  readonly checks: Readonly<Record<string, number>>;
  readonly peakBytes: number;
  readonly rssBytes?: number;
  readonly tensors?: number;
}

/** A process that runs steps on demand: a number on its standard input, a line of JSON on its output. */
export class Contender {
  readonly rounds: Round[] = [];
  readonly #process: ChildProcessWithoutNullStreams;
  readonly #lines: Interface;
  #errors = '';

  /** Starts an entrant; undefined for a peer whose packages cannot be had here. */
  static start({ name, script, packages }: Entrant, task: object): Contender | undefined {
    const path = fileURLToPath(new URL(script, import.meta.url));
    const text = JSON.stringify(task);
    if (!packages) {
      const args = ['--conditions=@d2v/source', '--import', TYPESCRIPT, path, text, name];
      return new Contender(name, process.execPath, args);
    }
    const python = pythonWith(packages);
    return python ? new Contender(name, python, [path, text, String(availableParallelism())]) : undefined;
  }

  private constructor(
    readonly name: string,
    command: string,
    args: readonly string[],
  ) {
    this.#process = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'] });
    this.#process.stderr.on('data', (chunk: Buffer) => (this.#errors = (this.#errors + chunk.toString()).slice(-2000)));
    this.#lines = createInterface({ input: this.#process.stdout });
  }

  /** Runs steps and keeps their times. @throws Error with what the process said last, when it ends instead */
  async run(steps: number): Promise<Round> {
    this.#process.stdin.write(`${steps}\n`);
    const line = await new Promise<string>((resolve, reject) => {
      const onLine = (text: string): void => {
        if (!text.startsWith('{')) return;
        this.#lines.off('line', onLine);
        this.#process.off('exit', onExit);
        resolve(text);
      };
      const onExit = (): void => reject(new Error(`${this.name} stopped: ${this.#errors.trim().split('\n').at(-1)}`));
      this.#lines.on('line', onLine);
      this.#process.once('exit', onExit);
    });
    const round = JSON.parse(line) as Round;
    this.rounds.push(round);
    return round;
  }

  /** Runs a step that does not count. */
  async warmUp(): Promise<void> {
    await this.run(1);
    this.rounds.length = 0;
  }

  stop(): void {
    this.#process.stdin.end();
    this.#process.kill();
  }
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
