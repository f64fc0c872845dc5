import { namedFiles, type FileKind } from '@d2v/core/node';

/** The files that are taken for text. */
const kind: FileKind = {
  noun: 'text files',
  extensions: ['.txt', '.text', '.md', '.txt.gz', '.text.gz', '.md.gz'],
};

/**
 * Text files that a user names, in that order; a folder stands for all text files below it.
 * @throws SampleError when a file does not exist; ConfigError for an empty list or a folder without text files
 */
export const textFiles = (paths: readonly string[]): Promise<string[]> => namedFiles(paths, kind);
