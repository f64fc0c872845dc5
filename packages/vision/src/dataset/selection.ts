import { ConfigError, RandomStream, type Dataset } from '@d2v/core';
import { z } from 'zod';

/** Options that every reader has: which of the images it finds are used. Applied in this order. */
export const selectionFields = {
  range: z
    .tuple([z.int().min(0), z.int().min(0)])
    .optional()
    .describe(
      "Use images [from, to) of the reader's order only. Class folders are read class by class: hold out a stratified " +
        'part with `subset` instead.',
    ),
  subset: z
    .strictObject({
      perClass: z.int().positive().optional().describe('Images drawn of each class (all, where it has fewer).'),
      fraction: z
        .number()
        .gt(0)
        .lt(1)
        .optional()
        .describe('Share drawn of each class, at least one image; of all images where there are no labels.'),
      seed: z.int().default(0).describe('Which images are drawn; the same seed draws the same ones.'),
      complement: z
        .boolean()
        .default(false)
        .describe('Use the images that are not drawn: the other half of a split into training and validation data.'),
    })
    .refine(({ perClass, fraction }) => (perClass === undefined) !== (fraction === undefined), {
      error: 'give either perClass or fraction',
    })
    .optional()
    .describe('Draw some images of each class, as for fine-tuning with 1 % of the labels.'),
  limit: z.int().positive().optional().describe('Use the first so many images only.'),
};

/** What `selectionFields` yield. */
export type Selection = z.output<z.ZodObject<typeof selectionFields>>;

type Subset = NonNullable<Selection['subset']>;

/**
 * The images of a dataset that `selection` names, in the dataset's order.
 * @throws ConfigError when nothing is left, a range is outside the data or `perClass` meets unlabelled data
 */
export function select<Item>(dataset: Dataset<Item>, { range, subset, limit }: Selection): Dataset<Item> {
  if (!range && !subset && limit === undefined) return dataset;
  const [from, to] = range ?? [0, dataset.size];
  if (from >= to || to > dataset.size) {
    throw new ConfigError(`range: [${from}, ${to}) of ${dataset.size} images`, {
      key: 'range',
      hint: `give 0 ≤ from < to ≤ ${dataset.size}`,
    });
  }
  let indices = Array.from({ length: to - from }, (_, i) => from + i);
  if (subset) indices = drawn(dataset, indices, subset);
  if (limit !== undefined) indices = indices.slice(0, limit);
  if (indices.length === 0) {
    throw new ConfigError('subset: no image is left', { key: 'subset', hint: 'draw fewer images of each class' });
  }
  return view(dataset, indices);
}

function drawn(dataset: Dataset, indices: readonly number[], subset: Subset): number[] {
  const groups = new Map<number | undefined, number[]>();
  for (const index of indices) {
    const label = dataset.label?.(index);
    if (label === undefined && subset.perClass !== undefined) {
      throw new ConfigError('subset.perClass: the images have no labels', {
        key: 'subset.perClass',
        hint: 'use subset.fraction or limit for unlabelled images',
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
  return picked.sort((a, b) => a - b);
}

function view<Item>(dataset: Dataset<Item>, indices: readonly number[]): Dataset<Item> {
  return {
    size: indices.length,
    ...(dataset.classes && { classes: dataset.classes }),
    name: (index) => dataset.name(indices[index]!),
    ...(dataset.label && { label: (index: number) => dataset.label!(indices[index]!) }),
    read: (index) => dataset.read(indices[index]!),
  };
}
