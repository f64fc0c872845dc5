import { ConfigError, SampleError } from '@d2v/core';

/** A label as it is written in a manifest or table. */
export type RawLabel = string | number;

/** Labels as class numbers, with the classes' names. */
export interface Labels {
  readonly labels: Int32Array;
  readonly classes: readonly string[];
}

/**
 * Numbers the classes of written labels: names by their place in `classes` or else in alphabetical order, integers as
 * they are.
 *
 * @param where what an error calls row `i`
 * @throws SampleError when a label is missing, unknown, negative, not an integer, or of another kind than the first
 */
export function numberLabels(
  raw: readonly (RawLabel | undefined)[],
  classes: readonly string[] | undefined,
  where: (row: number) => string,
): Labels {
  checkClasses(classes);
  const named = typeof raw.find((label) => label !== undefined) === 'string';
  raw.forEach((label, row) => checkKind(label, named, where(row)));
  const names = classes ?? (named ? inOrder(raw as string[]) : numbered(raw as number[]));
  const places = new Map(names.map((name, place) => [name, place]));
  const labels = Int32Array.from(raw as RawLabel[], (label, row) => {
    if (typeof label === 'number') return checkLabel(label, names.length, where(row));
    const place = places.get(label);
    if (place !== undefined) return place;
    throw new SampleError(where(row), `label '${label}' is not one of the ${names.length} classes`, {
      hint: `the classes are ${names.slice(0, 10).join(', ')}${names.length > 10 ? ', …' : ''}`,
    });
  });
  return { labels, classes: names };
}

/** @throws SampleError when `label` is not an integer in [0, classes) */
export function checkLabel(label: number, classes: number, where: string): number {
  if (Number.isInteger(label) && label >= 0 && label < classes) return label;
  throw new SampleError(where, `label ${label} is not a class in [0, ${classes})`, {
    hint: 'correct the label, or name every class in `classes`',
  });
}

/** @throws ConfigError when `classes` is empty or names a class twice */
export function checkClasses(classes: readonly string[] | undefined): void {
  if (!classes) return;
  const twice = classes.find((name, place) => classes.indexOf(name) !== place);
  if (classes.length > 0 && twice === undefined) return;
  throw new ConfigError(twice === undefined ? 'classes: the list is empty' : `classes: '${twice}' is there twice`, {
    key: 'classes',
    hint: 'name each class once, or leave `classes` out',
  });
}

/** The class names '0' … of integer labels. */
export function numbered(labels: ArrayLike<number>): string[] {
  let most = -1;
  for (let i = 0; i < labels.length; i++) most = Math.max(most, labels[i]!);
  return Array.from({ length: most + 1 }, (_, label) => String(label));
}

/** Distinct strings in the order of their code units, the same on every machine. */
export function inOrder(names: Iterable<string>): string[] {
  return [...new Set(names)].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
}

function checkKind(label: RawLabel | undefined, named: boolean, where: string): void {
  if (label === undefined) {
    throw new SampleError(where, 'the label is missing, but other recordings have one', {
      hint: 'label every recording, or none',
    });
  }
  if ((typeof label === 'string') !== named) {
    throw new SampleError(
      where,
      `label ${JSON.stringify(label)} is not a ${named ? 'name' : 'number'} as the first is`,
      {
        hint: 'write all labels as names, or all as numbers',
      },
    );
  }
  if (typeof label === 'number' && (!Number.isInteger(label) || label < 0 || label >= 2 ** 24)) {
    throw new SampleError(where, `label ${label} is not a class number`, { hint: 'number the classes from 0' });
  }
}
