import { join } from 'node:path';
import { ConfigError, type Dataset } from '@d2v/core';
import { checkClasses } from '../dataset/labels.js';
import type { FolderOptions } from '../dataset/options.js';
import { select } from '../dataset/selection.js';
import type { AudioItem } from '../audio/item.js';
import { fileDataset, type AudioFile } from './audio-files.js';
import { list, walk } from './scan.js';

/** A folder's recordings. */
export interface FolderDataset extends Dataset<AudioItem> {
  /** Files below the folder that are not recordings and were passed over. */
  readonly ignored: number;
}

/**
 * The reader `folder`: files by extension, class by class, each class in alphabetical order.
 * @throws ConfigError when the folder is missing, holds no recordings, mixes them and class folders, or lacks a class
 */
export async function openFolder(options: FolderOptions): Promise<FolderDataset> {
  const { path, labels, classes } = options;
  if (labels === 'none' && classes) {
    throw new ConfigError('classes: folders are not read as classes with labels: none', {
      key: 'classes',
      hint: 'remove `classes`, or set labels: folders',
    });
  }
  checkClasses(classes);
  const root = await list(path);
  const labelled = labels === 'none' ? false : await looksLabelled(path, root, options);
  const found = labelled ? await classFolders(path, classes ?? root.folders) : await unlabelled(path);
  const ignored = found.ignored + (labelled ? root.ignored : 0);
  return { ...(await select(fileDataset(found.files, found.classes), options)), ignored };
}

interface Found {
  readonly files: readonly AudioFile[];
  readonly classes?: readonly string[];
  readonly ignored: number;
}

type Root = Awaited<ReturnType<typeof list>>;

async function looksLabelled(path: string, root: Root, { labels, classes }: FolderOptions): Promise<boolean> {
  if (labels === 'folders' || classes) return true;
  if (root.folders.length === 0) return false;
  if (root.files.length === 0) return true;
  for (const name of root.folders) {
    if ((await walk(join(path, name))).files.length > 0) {
      throw new ConfigError(`${path} holds ${root.files.length} recordings beside folders of recordings (${name}, …)`, {
        key: 'labels',
        hint: 'set labels: none to read them all without labels, or labels: folders to read the class folders only',
      });
    }
  }
  return false;
}

async function classFolders(path: string, classes: readonly string[]): Promise<Found> {
  if (classes.length === 0) throw empty(path, 0, 'give each class a subfolder of recordings, or set labels: none');
  const files: AudioFile[] = [];
  let ignored = 0;
  for (const [label, name] of classes.entries()) {
    const found = await walk(join(path, name));
    if (found.files.length === 0) {
      throw empty(join(path, name), found.ignored, 'fill or remove the class folder, or list the others in `classes`');
    }
    for (const file of found.files) files.push({ path: file, label });
    ignored += found.ignored;
  }
  return { files, classes, ignored };
}

async function unlabelled(path: string): Promise<Found> {
  const { files, ignored } = await walk(path);
  if (files.length === 0) throw empty(path, ignored, 'give a folder with .wav, .flac, .mp3, .ogg, .oga or .opus files');
  return { files: files.map((file) => ({ path: file })), ignored };
}

function empty(path: string, ignored: number, hint: string): ConfigError {
  const others = ignored ? `, only ${ignored} other files` : '';
  return new ConfigError(`no recordings in ${path}${others}`, { key: 'path', hint });
}
