import type { Dataset } from '../encoder/dataset.js';

/** A file and what a list says about it. */
export interface ListedFile {
  readonly path: string;
  /** What errors call it; default: the path. */
  readonly name?: string;
  /** Its class in [0, classes.length); every file has one, or none. */
  readonly label?: number;
}

/** How listed files become samples. */
export interface FileOpener<File extends ListedFile, Item> {
  /** @param name what errors call the file */
  open(file: File, name: string): Promise<Item>;
  /** As `Dataset.annotation`. */
  annotation?(file: File): string | undefined;
  /** As `Dataset.length`; absent where all samples are of one size. */
  length?(file: File, name: string): number | Promise<number>;
}

/**
 * Files as a dataset; a file is opened when it is read, and nothing of it is kept.
 * @param classes class names by number, where the files are labelled
 */
export function fileDataset<File extends ListedFile, Item>(
  files: readonly File[],
  classes: readonly string[] | undefined,
  opener: FileOpener<File, Item>,
): Dataset<Item> {
  const name = (index: number): string => files[index]!.name ?? files[index]!.path;
  return {
    size: files.length,
    ...(classes && { classes }),
    ...(files[0]?.label !== undefined && { label: (index: number) => files[index]!.label! }),
    name,
    ...(opener.annotation && { annotation: (index: number) => opener.annotation!(files[index]!) }),
    ...(opener.length && { length: (index: number) => opener.length!(files[index]!, name(index)) }),
    read: (index) => opener.open(files[index]!, name(index)),
  };
}
