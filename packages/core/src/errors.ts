/** Base of every error that d2v throws on purpose; `hint` says what to do next. */
export class D2vError extends Error {
  override name = 'D2vError';
  readonly hint: string | undefined;

  constructor(message: string, options: { hint?: string; cause?: unknown } = {}) {
    super(options.hint ? `${message}\n  → ${options.hint}` : message, { cause: options.cause });
    this.hint = options.hint;
  }

  static isInstance(error: unknown): error is D2vError {
    return error instanceof D2vError;
  }
}

/** A configuration value, option or call that cannot work; `key` is its dotted path. */
export class ConfigError extends D2vError {
  override name = 'ConfigError';
  readonly key: string | undefined;

  constructor(message: string, options: { key?: string; hint?: string; cause?: unknown } = {}) {
    super(message, options);
    this.key = options.key;
  }
}

/** A tensor of the wrong shape or a missing parameter. */
export class ShapeError extends D2vError {
  override name = 'ShapeError';
}

/** A file, record or sample that cannot be used; `sample` is its path, line or row. */
export class SampleError extends D2vError {
  override name = 'SampleError';
  readonly sample: string;
  /** What is wrong with it, without its name. */
  readonly problem: string;

  constructor(sample: string, problem: string, options: { hint?: string; cause?: unknown } = {}) {
    super(`${sample}: ${problem}`, options);
    this.sample = sample;
    this.problem = problem;
  }
}

/** A weights file or checkpoint that is damaged, incomplete or belongs to something else. */
export class CheckpointError extends D2vError {
  override name = 'CheckpointError';
}

/** The representation collapsed: targets or predictions hardly vary any more (reference: data2vec1.md §6). */
export class CollapseError extends D2vError {
  override name = 'CollapseError';
}

/** A backend that is missing, cannot load, or lacks an operation. */
export class BackendError extends D2vError {
  override name = 'BackendError';
}
