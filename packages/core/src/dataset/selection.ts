import { z } from 'zod';
import type { Dataset } from '../encoder/dataset.js';
import { ConfigError } from '../errors.js';
import { RandomStream } from '../random/stream.js';

/** Options that every reader has: which of the samples it finds are used. Applied in this order. */
export const selectionFields = {
  range: z
    .tuple([z.int().min(0), z.int().min(0)])
    .optional()
    .describe(
      "Use samples [from, to) of the reader's order only. Class folders are read class by class: hold out a stratified " +
        'part with `subset` instead.',
    ),
  subset: z
    .strictObject({
      perClass: z.int().positive().optional().describe('Samples drawn of each class (all, where it has fewer).'),
      fraction: z
        .number()
        .gt(0)
        .lt(1)
        .optional()
        .describe('Share drawn of each class, at least one sample; of all samples where there are no labels.'),
      seed: z.int().default(0).describe('Which samples are drawn; the same seed draws the same ones.'),
      complement: z
        .boolean()
        .default(false)
        .describe('Use the samples that are not drawn: the other half of a split into training and validation data.'),
    })
    .refine(({ perClass, fraction }) => (perClass === undefined) !== (fraction === undefined), {
      error: 'give either perClass or fraction',
    })
    .optional()
    .describe('Draw some samples of each class, as for fine-tuning with 1 % of the labels.'),
  limit: z.int().positive().optional().describe('Use the first so many samples only.'),
};

/** What `selectionFields` yield. */
export type Selection = z.output<z.ZodObject<typeof selectionFields>>;

type Subset = NonNullable<Selection['subset']>;

/**
 * The samples of a dataset that `selection` names, in the dataset's order.
 * @throws ConfigError when nothing is left, a range is outside the data or `perClass` meets unlabelled data
 */
export function selectSamples<Item>(dataset: Dataset<Item>, { range, subset, limit }: Selection): Dataset<Item> {
  if (!range && !subset && limit === undefined) return dataset;
  const [from, to] = range ?? [0, dataset.size];
  if (from >= to || to > dataset.size) {
    throw new ConfigError(`range: [${from}, ${to}) of ${dataset.size} samples`, {
      key: 'range',
      hint: `give 0 ≤ from < to ≤ ${dataset.size}`,
    });
  }
  const end = subset ? to : Math.min(to, from + (limit ?? Infinity));
  const inRange = Int32Array.from({ length: end - from }, (_, i) => from + i);
  const indices = subset ? drawn(dataset, inRange, subset).subarray(0, limit) : inRange;
  if (indices.length === 0) {
    throw new ConfigError('subset: no sample is left', { key: 'subset', hint: 'draw fewer samples of each class' });
  }
  return datasetView(dataset, indices);
}

/** The samples of a dataset at `indices`, which it keeps and does not copy. */
export function datasetView<Item>(dataset: Dataset<Item>, indices: ArrayLike<number>): Dataset<Item> {
  return {
    size: indices.length,
    ...(dataset.classes && { classes: dataset.classes }),
    name: (index) => dataset.name(indices[index]!),
    ...(dataset.label && { label: (index: number) => dataset.label!(indices[index]!) }),
    ...(dataset.annotation && { annotation: (index: number) => dataset.annotation!(indices[index]!) }),
    ...(dataset.length && { length: (index: number) => dataset.length!(indices[index]!) }),
    read: (index) => dataset.read(indices[index]!),
  };
}

function drawn(dataset: Dataset, indices: Int32Array, subset: Subset): Int32Array {
  const groups = new Map<number | undefined, number[]>();
  for (const index of indices) {
    const label = dataset.label?.(index);
    if (label === undefined && subset.perClass !== undefined) {
      throw new ConfigError('subset.perClass: the samples have no labels, or several each', {
        key: 'subset.perClass',
        hint: 'use subset.fraction or limit for them',
      });
    }
    const group = groups.get(label);
    if (group) group.push(index);
    else groups.set(label, [index]);
  }
  const picked: number[] = [];
  for (const [label, group] of groups) {
    const wanted = subset.perClass ?? Math.max(1, Math.round(group.length * subset.fraction!));
    const order = new RandomStream([subset.seed, 'subset', label ?? 'unlabelled']).permutation(group.length);
    const part = subset.complement ? order.subarray(wanted) : order.subarray(0, wanted);
    for (const place of part) picked.push(group[place]!);
  }
  return Int32Array.from(picked).sort();
}
