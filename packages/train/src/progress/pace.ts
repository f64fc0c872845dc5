/** How fast something goes, over the last stretch of time. */
export interface Speed {
  /** Samples a second. */
  readonly rate: number;
  /** Seconds until the end at this speed. */
  readonly left: number;
}

/** Seconds that tell a speed. */
const SHORTEST = 0.1;

interface Mark {
  readonly time: number;
  readonly completed: number;
  readonly samples: number;
}

/** Measures speed over a sliding window, so that a slow start or a validation is forgotten after a while. */
export class Pace {
  readonly #marks: Mark[] = [];

  /**
   * @param total updates in all
   * @param window seconds that count
   */
  constructor(
    private readonly total: number,
    private readonly window = 60,
  ) {}

  /**
   * @param time seconds on any clock that only goes forward
   * @param completed updates so far
   * @param samples samples so far
   */
  mark(time: number, completed: number, samples: number): void {
    this.#marks.push({ time, completed, samples });
    while (this.#marks.length > 2 && time - this.#marks[1]!.time >= this.window) this.#marks.shift();
  }

  /** Nothing until two marks are far enough apart in time to tell. */
  speed(): Speed | undefined {
    const [first, last] = [this.#marks[0], this.#marks.at(-1)];
    if (!first || !last || last.time - first.time < SHORTEST || last.completed <= first.completed) return undefined;
    const seconds = last.time - first.time;
    return {
      rate: (last.samples - first.samples) / seconds,
      left: ((this.total - last.completed) * seconds) / (last.completed - first.completed),
    };
  }
}
