import { join } from 'node:path';
import { ConfigError, type Dataset } from '@d2v/core';
import { checkClasses } from '../dataset/labels.js';
import type { FolderOptions } from '../dataset/options.js';
import { select } from '../dataset/selection.js';
import type { ImageItem } from '../image/item.js';
import { fileDataset, type ImageFile } from './image-files.js';
import { list, walk } from './scan.js';

/** A folder's images. */
export interface FolderDataset extends Dataset<ImageItem> {
  /** Files below the folder that are not images and were passed over. */
  readonly ignored: number;
}

/**
 * The reader `folder`: files by extension, class by class, each class in alphabetical order.
 * @throws ConfigError when the folder is missing, holds no images, mixes images and class folders, or lacks a class
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
  return { ...select(fileDataset(found.files, found.classes), options), ignored };
}

interface Found {
  readonly files: readonly ImageFile[];
  readonly classes?: readonly string[];
  readonly ignored: number;
}

type Root = Awaited<ReturnType<typeof list>>;

async function looksLabelled(path: string, root: Root, { labels, classes }: FolderOptions): Promise<boolean> {
  if (labels === 'folders' || classes) return true;
  if (root.folders.length === 0) return false;
  if (root.images.length === 0) return true;
  for (const name of root.folders) {
    if ((await walk(join(path, name))).images.length > 0) {
      throw new ConfigError(`${path} holds ${root.images.length} images beside folders of images (${name}, …)`, {
        key: 'labels',
        hint: 'set labels: none to read them all without labels, or labels: folders to read the class folders only',
      });
    }
  }
  return false;
}

async function classFolders(path: string, classes: readonly string[]): Promise<Found> {
  if (classes.length === 0) throw empty(path, 0, 'give each class a subfolder of images, or set labels: none');
  const files: ImageFile[] = [];
  let ignored = 0;
  for (const [label, name] of classes.entries()) {
    const found = await walk(join(path, name));
    if (found.images.length === 0) {
      throw empty(join(path, name), found.ignored, 'fill or remove the class folder, or list the others in `classes`');
    }
    for (const image of found.images) files.push({ path: image, label });
    ignored += found.ignored;
  }
  return { files, classes, ignored };
}

async function unlabelled(path: string): Promise<Found> {
  const { images, ignored } = await walk(path);
  if (images.length === 0) throw empty(path, ignored, 'give a folder with JPEG, PNG, WebP, GIF, AVIF or TIFF files');
  return { files: images.map((image) => ({ path: image })), ignored };
}

function empty(path: string, ignored: number, hint: string): ConfigError {
  const others = ignored ? `, only ${ignored} other files` : '';
  return new ConfigError(`no images in ${path}${others}`, { key: 'path', hint });
}
