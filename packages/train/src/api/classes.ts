import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigError } from '@d2v/core';
import { z } from 'zod';

const FILE = 'classes.json';

/** The class names that a fine-tuned run's head stands for, by number; nothing where the run has none. */
export function readClasses(run: string): string[] | undefined {
  const file = join(run, FILE);
  if (!existsSync(file)) return undefined;
  try {
    return z.array(z.string()).parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (cause) {
    throw new ConfigError(`${file}: no list of class names`, { hint: 'restore the file: ["cat", "dog"]', cause });
  }
}

/**
 * Writes a run's class names, or compares them with those that it has.
 *
 * @throws ConfigError when the run's classes are others
 */
export function writeClasses(run: string, classes: readonly string[]): void {
  const before = readClasses(run);
  if (before) {
    const remedy = 'restore the training data as they were when the run began, or train in another folder';
    return checkClasses(before, classes, 'data.train', remedy);
  }
  const file = join(run, FILE);
  writeFileSync(`${file}.new`, `${JSON.stringify(classes)}\n`);
  renameSync(`${file}.new`, file);
}

/**
 * A head's outputs and a dataset's labels count the same classes.
 *
 * @throws ConfigError naming the first class that differs
 */
export function checkClasses(
  run: readonly string[],
  data: readonly string[],
  key: string,
  remedy = 'give the reader the same with `classes`',
): void {
  const length = Math.max(run.length, data.length);
  const at = Array.from({ length }, (_, i) => i).find((i) => run[i] !== data[i]);
  if (at === undefined) return;
  const shown = (name: string | undefined): string => (name === undefined ? 'absent' : `'${name}'`);
  throw new ConfigError(`${key}: class ${at} is ${shown(data[at])}, but ${shown(run[at])} in the run`, {
    key,
    hint: `the run knows ${run.length} classes in this order: ${run.slice(0, 10).join(', ')}${run.length > 10 ? ', …' : ''}; ${remedy}`,
  });
}
