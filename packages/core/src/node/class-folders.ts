import { join } from 'node:path';
import type { FolderFields } from '../dataset/fields.js';
import type { ListedFile } from '../dataset/file-dataset.js';
import { checkClasses } from '../dataset/labels.js';
import { ConfigError } from '../errors.js';
import { listFolder, noFiles, walkFolder, type FileKind, type Listing } from './scan.js';

/** The files of a folder, labelled or not. */
export interface FolderFiles {
  readonly files: readonly ListedFile[];
  /** Class names by label, where files are labelled. */
  readonly classes: readonly string[] | undefined;
  /** Files below the folder that are not of the kind and were passed over. */
  readonly ignored: number;
}

/**
 * The files of a kind below a folder: class by class where its subfolders are classes, each class in alphabetical order.
 * @throws ConfigError when the folder is missing, holds no such files, mixes them and class folders, or lacks a class
 */
export async function readFolder(options: FolderFields, kind: FileKind): Promise<FolderFiles> {
  const { path, labels, classes } = options;
  if (labels === 'none' && classes) {
    throw new ConfigError('classes: folders are not read as classes with labels: none', {
      key: 'classes',
      hint: 'remove `classes`, or set labels: folders',
    });
  }
  checkClasses(classes);
  const root = await listFolder(path, kind);
  const labelled = labels === 'none' ? false : await looksLabelled(options, root, kind);
  if (!labelled) return unlabelled(path, kind);
  const found = await classFolders(path, classes ?? root.folders, kind);
  return { ...found, ignored: found.ignored + root.ignored };
}

async function looksLabelled({ path, labels, classes }: FolderFields, root: Listing, kind: FileKind): Promise<boolean> {
  if (labels === 'folders' || classes) return true;
  if (root.folders.length === 0) return false;
  if (root.files.length === 0) return true;
  const { noun } = kind;
  for (const name of root.folders) {
    if ((await walkFolder(join(path, name), kind)).files.length > 0) {
      throw new ConfigError(`${path} holds ${root.files.length} ${noun} beside folders of ${noun} (${name}, …)`, {
        key: 'labels',
        hint: 'set labels: none to read them all without labels, or labels: folders to read the class folders only',
      });
    }
  }
  return false;
}

async function classFolders(path: string, classes: readonly string[], kind: FileKind): Promise<FolderFiles> {
  if (classes.length === 0) {
    throw noFiles(path, 0, kind, `give each class a subfolder of ${kind.noun}, or set labels: none`);
  }
  const files: ListedFile[] = [];
  let ignored = 0;
  for (const [label, name] of classes.entries()) {
    const found = await walkFolder(join(path, name), kind);
    if (found.files.length === 0) {
      const hint = 'fill or remove the class folder, or list the others in `classes`';
      throw noFiles(join(path, name), found.ignored, kind, hint);
    }
    for (const file of found.files) files.push({ path: file, label });
    ignored += found.ignored;
  }
  return { files, classes, ignored };
}

async function unlabelled(path: string, kind: FileKind): Promise<FolderFiles> {
  const { files, ignored } = await walkFolder(path, kind);
  if (files.length === 0) throw noFiles(path, ignored, kind);
  return { files: files.map((file) => ({ path: file })), classes: undefined, ignored };
}
