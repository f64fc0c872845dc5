import { ConfigError, type Dataset } from '@d2v/core';
import type { TextItem } from '../sample.js';
import { recordDataset } from './records.js';

/** Texts in memory. */
export interface TextArray {
  readonly texts: readonly string[];
  /** The second text of each pair. */
  readonly pairs?: readonly string[];
  /** A class name or number for each text. */
  readonly labels?: readonly (string | number)[];
  /** Class names by number; default: the labels found. */
  readonly classes?: readonly string[];
  /** number: labels are the values of a regression; default: class. */
  readonly kind?: 'class' | 'number';
  /** What errors call the array; default `array`. */
  readonly name?: string;
}

/**
 * A dataset over texts in memory.
 *
 * @throws ConfigError when there is not one label or second text for each text, SampleError for a text that is empty or a
 *   label that is not a class
 */
export function arrayDataset({
  texts,
  pairs,
  labels,
  classes,
  kind = 'class',
  name = 'array',
}: TextArray): Dataset<TextItem> {
  for (const [key, values] of Object.entries({ pairs, labels })) {
    if (!values || values.length === texts.length) continue;
    throw new ConfigError(`${name}: ${values.length} ${key} for ${texts.length} texts`, { key });
  }
  const records = texts.map((text, i) => ({
    name: `${name}[${i}]`,
    cells: { text, ...(pairs && { pair: pairs[i] }), ...(labels && { label: labels[i] }) },
  }));
  const columns = { text: 'text', pair: pairs && 'pair', label: labels && 'label', labels: kind, classes };
  return recordDataset(records, columns, { onBadRow: 'stop' }, name);
}
