import { ConfigError, SampleError } from '../errors.js';
import { alphabetical } from './alphabetical.js';

/** A label as it is written in a manifest or table. */
export type RawLabel = string | number;

/** Labels as class numbers, with the classes' names. */
export interface Labels {
  readonly labels: Int32Array;
  readonly classes: readonly string[];
}

/** The classes of a dataset and their numbers. */
export interface ClassNumbers {
  /** Class names in the order of their numbers. */
  readonly classes: readonly string[];
  /**
   * The number of a label's class.
   *
   * @param where what an error calls the label's row
   * @throws SampleError when the label is missing, unknown, or of another kind than the first
   */
  of(label: RawLabel | undefined, where: string): number;
}

/** Class numbers are below this: a larger one is no class but some other number. */
const mostClasses = 2 ** 24;

/**
 * Numbers the classes of written labels: names by their place in `classes` or else in alphabetical order; integers, and
 * labels that are all written in digits and that `classes` does not name, as they are. An empty label is a missing one.
 *
 * @throws SampleError as `classNumbers` does; ConfigError when `classes` is empty or names a class twice
 */
export function numberLabels(
  raw: readonly (RawLabel | undefined)[],
  classes: readonly string[] | undefined,
  where: (row: number) => string,
): Labels {
  const numbers = classNumbers(raw, classes);
  return { labels: Int32Array.from(raw, (label, row) => numbers.of(label, where(row))), classes: numbers.classes };
}

/**
 * The numbering of `numberLabels` label by label, so that a caller can leave out those that are wrong.
 * @throws ConfigError when `classes` is empty or names a class twice
 */
export function classNumbers(
  raw: readonly (RawLabel | undefined)[],
  classes: readonly string[] | undefined,
): ClassNumbers {
  checkClasses(classes);
  const given = raw.filter((label): label is RawLabel => label !== undefined && label !== '');
  const inDigits =
    given.every((label) => typeof label === 'number' || /^\d+$/.test(label)) && !allNamed(given, classes);
  const named = !inDigits && typeof given[0] === 'string';
  const value = (label: RawLabel): RawLabel => (inDigits ? Number(label) : label);
  const names =
    classes ??
    (named
      ? alphabetical(given.filter((label) => typeof label === 'string'))
      : numbered(given.map(value).filter(isClassNumber)));
  const places = new Map(names.map((name, place) => [name, place]));
  return {
    classes: names,
    of: (written, where) => {
      const label = written === undefined || written === '' ? undefined : value(written);
      checkKind(label, named, where);
      if (typeof label === 'number') return checkLabel(label, names.length, where);
      const place = places.get(label);
      if (place !== undefined) return place;
      throw new SampleError(where, `label '${label}' is not one of the ${names.length} classes`, {
        hint: `the classes are ${names.slice(0, 10).join(', ')}${names.length > 10 ? ', …' : ''}`,
      });
    },
  };
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

const isClassNumber = (label: RawLabel): label is number =>
  typeof label === 'number' && Number.isInteger(label) && label >= 0 && label < mostClasses;

/** Whether the labels are texts and each is the name of a class, be it written in digits. */
function allNamed(labels: readonly RawLabel[], classes: readonly string[] | undefined): boolean {
  const names = new Set<unknown>(classes);
  return labels.every((label) => names.has(label));
}

function checkKind(label: RawLabel | undefined, named: boolean, where: string): asserts label is RawLabel {
  if (label === undefined) {
    throw new SampleError(where, 'the label is missing, but other samples have one', {
      hint: 'label every sample, or none',
    });
  }
  if ((typeof label === 'string') !== named) {
    throw new SampleError(
      where,
      `label ${JSON.stringify(label)} is not a ${named ? 'name' : 'number'} as the first is`,
      { hint: 'write all labels as names, or all as numbers' },
    );
  }
  if (typeof label === 'number' && !isClassNumber(label)) {
    throw new SampleError(where, `label ${label} is not a class number`, { hint: 'number the classes from 0' });
  }
}
