/** What an installation does, in order. */
export const STAGES = ['check', 'package', 'download', 'unpack', 'compile', 'verify'] as const;

export type InstallStage = (typeof STAGES)[number];

export interface InstallProgress {
  readonly stage: InstallStage;
  /** Of the whole installation, in [0, 1]; never decreases. */
  readonly fraction: number;
  /** One line for a person. */
  readonly message: string;
}

/** Share of the whole that a stage takes on a usual connection. */
const shares: Readonly<Record<InstallStage, number>> = {
  check: 0.02,
  package: 0.08,
  download: 0.55,
  unpack: 0.13,
  compile: 0.18,
  verify: 0.04,
};

/** Turns stages and their inner fractions into one monotonous progress. */
export class ProgressReporter {
  #stage: InstallStage = 'check';
  #message = '';
  #fraction = 0;

  constructor(private readonly report: (progress: InstallProgress) => void = () => undefined) {}

  /** Begins a stage. */
  enter(stage: InstallStage, message: string): void {
    this.#stage = stage;
    this.#message = message;
    this.update(0);
  }

  /** How much of the current stage is done, in [0, 1]. */
  update(done: number): void {
    const before = STAGES.slice(0, STAGES.indexOf(this.#stage)).reduce((sum, stage) => sum + shares[stage], 0);
    const fraction = before + shares[this.#stage] * Math.min(Math.max(done, 0), 1);
    this.#fraction = Math.max(this.#fraction, Math.min(fraction, 1));
    this.report({ stage: this.#stage, fraction: this.#fraction, message: this.#message });
  }

  /** The end of the last stage. */
  finish(message: string): void {
    this.enter('verify', message);
    this.update(1);
  }
}
