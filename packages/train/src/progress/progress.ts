import cliProgress from 'cli-progress';
import { formatNumber, formatSeconds } from './format.js';
import { Pace } from './pace.js';

export interface ProgressOptions {
  /** Updates in all. */
  readonly total: number;
  /** Updates that an earlier process completed. */
  readonly start?: number;
  /** What is counted, in the plural. */
  readonly unit?: string;
  /** What is rated, in the plural: `samples` gives samples/s. */
  readonly rated?: string;
  readonly stream?: NodeJS.WriteStream;
  /** A bar that is redrawn; default: the stream is a terminal and this is no CI. */
  readonly interactive?: boolean;
  /** Seconds between lines where there is no bar. */
  readonly interval?: number;
  /** Milliseconds, on a clock that only goes forward. */
  readonly now?: () => number;
}

/** Shows how long work is going: a bar on a terminal, a line now and then elsewhere. */
export interface Progress {
  /**
   * @param completed updates so far
   * @param samples samples of this process so far
   * @param values what else to show, by name: `{ loss: 0.41 }`
   */
  step(completed: number, samples: number, values?: Readonly<Record<string, number>>): void;
  /** Prints a line without tearing the bar. */
  say(line: string): void;
  /** Leaves the last state on screen; call it also when the work failed. */
  stop(): void;
}

export function createProgress(options: ProgressOptions): Progress {
  const stream = options.stream ?? process.stderr;
  const interactive = options.interactive ?? (stream.isTTY && !process.env['CI']);
  return interactive ? new Bar(stream, options) : new Lines(stream, options);
}

class Status {
  readonly #pace: Pace;
  readonly now: () => number;
  #completed: number;
  #values: Readonly<Record<string, number>> = {};

  constructor(readonly options: ProgressOptions) {
    this.#pace = new Pace(options.total);
    this.now = options.now ?? (() => performance.now());
    this.#completed = options.start ?? 0;
    this.#pace.mark(this.now() / 1000, this.#completed, 0);
  }

  step(completed: number, samples: number, values: Readonly<Record<string, number>>): void {
    this.#completed = completed;
    this.#values = { ...this.#values, ...values };
    this.#pace.mark(this.now() / 1000, completed, samples);
  }

  /** `updates 120/1000 (12.0 %)`. */
  count(): string {
    const { total, unit = 'updates' } = this.options;
    const share = total > 0 ? ` (${((100 * this.#completed) / total).toFixed(1)} %)` : '';
    return `${unit} ${this.#completed}/${total}${share}`;
  }

  /** `loss 0.4100  312 samples/s  3 min 20 s left`; no rate where no samples are counted. */
  details(): string {
    const values = Object.entries(this.#values).map(([name, value]) => `${name} ${formatNumber(value)}`);
    const speed = this.#pace.speed();
    const rated = this.options.rated ?? 'samples';
    const pace = speed && speed.rate > 0 ? [`${rate(speed.rate)} ${rated}/s`] : [];
    const left = speed ? [`${formatSeconds(speed.left)} left`] : [];
    return [...values, ...pace, ...left].join('  ');
  }
}

function rate(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toPrecision(2);
}

class Bar implements Progress {
  readonly #status: Status;
  readonly #bars: cliProgress.MultiBar;
  readonly #bar: cliProgress.SingleBar;

  constructor(stream: NodeJS.WriteStream, options: ProgressOptions) {
    this.#status = new Status(options);
    this.#bars = new cliProgress.MultiBar({
      format: '{bar} {count}  {details}',
      barCompleteChar: '█',
      barIncompleteChar: '░',
      barsize: 24,
      stream,
      hideCursor: true,
      noTTYOutput: !stream.isTTY,
      fps: 5,
    });
    this.#bar = this.#bars.create(options.total, options.start ?? 0, this.#payload());
  }

  step(completed: number, samples: number, values: Readonly<Record<string, number>> = {}): void {
    this.#status.step(completed, samples, values);
    this.#bar.update(completed, this.#payload());
  }

  say(line: string): void {
    this.#bars.log(`${line}\n`);
    this.#bars.update();
  }

  stop(): void {
    this.#bars.stop();
  }

  #payload(): object {
    return { count: this.#status.count(), details: this.#status.details() };
  }
}

class Lines implements Progress {
  readonly #status: Status;
  #printedAt: number;
  #shown = '';

  constructor(
    private readonly stream: NodeJS.WriteStream,
    private readonly options: ProgressOptions,
  ) {
    this.#status = new Status(options);
    this.#printedAt = -Infinity;
  }

  step(completed: number, samples: number, values: Readonly<Record<string, number>> = {}): void {
    this.#status.step(completed, samples, values);
    const now = this.#status.now();
    if (now - this.#printedAt < (this.options.interval ?? 30) * 1000 && completed < this.options.total) return;
    this.#printedAt = now;
    this.#print();
  }

  say(line: string): void {
    this.stream.write(`${line}\n`);
  }

  stop(): void {
    this.#print();
  }

  #print(): void {
    const count = this.#status.count();
    if (count === this.#shown) return;
    this.#shown = count;
    this.say(`${count}  ${this.#status.details()}`.trimEnd());
  }
}
