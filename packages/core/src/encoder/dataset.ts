/** Random-access samples. Readers keep the files' names, so that an error can say which one is bad. */
export interface Dataset<Item = unknown> {
  readonly size: number;
  /** Class names by number; absent for unlabelled data. */
  readonly classes?: readonly string[];
  /** A stable, human-readable name: a path, a line, a row. */
  name(index: number): string;
  /** The class of a sample in [0, classes.length); absent for unlabelled data, and where a sample may have several. */
  label?(index: number): number;
  /** The text that a sample is annotated with, known without reading it: a transcript. Undefined where it has none. */
  annotation?(index: number): string | undefined;
  /**
   * How long a sample is, in the units that batches are budgeted in (audio: samples at 16 kHz; text: tokens), estimated
   * without decoding it; absent where all samples are of one size.
   *
   * @throws SampleError naming the sample when it cannot be read
   */
  length?(index: number): number | Promise<number>;
  /** @throws SampleError naming the sample when it cannot be read */
  read(index: number): Promise<Item>;
}

/** What a task may ask of the training data before it is made. */
export type AnnotatedData = Pick<Dataset, 'size' | 'name' | 'annotation'>;
