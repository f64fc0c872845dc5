import { ConfigError } from '../errors.js';
import { statFile } from './file.js';
import { noFiles, walkFolder, type FileKind } from './scan.js';

/**
 * The paths of files that a user names, in that order, whatever their extension; a folder stands for all files of the
 * kind below it.
 *
 * @throws SampleError when a file does not exist; ConfigError for an empty list or a folder without such files
 */
export async function namedFiles(paths: readonly string[], kind: FileKind): Promise<string[]> {
  if (paths.length === 0) {
    throw new ConfigError(`no ${kind.noun}: the list of files is empty`, {
      hint: `name ${kind.noun}, or folders that hold some`,
    });
  }
  const named: string[] = [];
  for (const path of paths) {
    if (!(await statFile(path)).isDirectory()) {
      named.push(path);
      continue;
    }
    const { files, ignored } = await walkFolder(path, kind);
    if (files.length === 0) throw noFiles(path, ignored, kind);
    for (const file of files) named.push(file);
  }
  return named;
}
