import { ConfigError, RandomStream, SampleError, type Dataset } from '@d2v/core';
import { z } from 'zod';
import { sampleRate } from '../audio/format.js';

/** Options that every reader has: which of the recordings it finds are used. Applied in this order. */
export const selectionFields = {
  range: z
    .tuple([z.int().min(0), z.int().min(0)])
    .optional()
    .describe(
      "Use recordings [from, to) of the reader's order only. Class folders are read class by class: hold out a stratified " +
        'part with `subset` instead.',
    ),
  subset: z
    .strictObject({
      perClass: z.int().positive().optional().describe('Recordings drawn of each class (all, where it has fewer).'),
      fraction: z
        .number()
        .gt(0)
        .lt(1)
        .optional()
        .describe('Share drawn of each class, at least one recording; of all recordings where there are no labels.'),
      seed: z.int().default(0).describe('Which recordings are drawn; the same seed draws the same ones.'),
      complement: z
        .boolean()
        .default(false)
        .describe(
          'Use the recordings that are not drawn: the other half of a split into training and validation data.',
        ),
    })
    .refine(({ perClass, fraction }) => (perClass === undefined) !== (fraction === undefined), {
      error: 'give either perClass or fraction',
    })
    .optional()
    .describe('Draw some recordings of each class, as for fine-tuning with 1 % of the labels.'),
  minSeconds: z.number().gt(0).optional().describe('Drop shorter recordings; their headers are read for it.'),
  maxSeconds: z.number().gt(0).optional().describe('Drop longer recordings; their headers are read for it.'),
  limit: z.int().positive().optional().describe('Use the first so many recordings only.'),
};

/** What `selectionFields` yield. */
export type Selection = z.output<z.ZodObject<typeof selectionFields>>;

type Subset = NonNullable<Selection['subset']>;

/**
 * The recordings of a dataset that `selection` names, in the dataset's order.
 * @throws ConfigError when nothing is left, a range is outside the data or `perClass` meets unlabelled data
 */
export async function select<Item>(dataset: Dataset<Item>, selection: Selection): Promise<Dataset<Item>> {
  const { range, subset, limit, minSeconds, maxSeconds } = selection;
  const bounded = minSeconds !== undefined || maxSeconds !== undefined;
  if (!range && !subset && !bounded && limit === undefined) return dataset;
  const [from, to] = range ?? [0, dataset.size];
  if (from >= to || to > dataset.size) {
    throw new ConfigError(`range: [${from}, ${to}) of ${dataset.size} recordings`, {
      key: 'range',
      hint: `give 0 ≤ from < to ≤ ${dataset.size}`,
    });
  }
  let indices = Array.from({ length: to - from }, (_, i) => from + i);
  if (subset) indices = drawn(dataset, indices, subset);
  if (bounded) indices = await within(dataset, indices, minSeconds ?? 0, maxSeconds ?? Infinity);
  if (limit !== undefined) indices = indices.slice(0, limit);
  if (indices.length === 0) {
    const key = bounded ? 'minSeconds' : 'subset';
    throw new ConfigError(`${key}: no recording is left of ${dataset.size}`, {
      key,
      hint: bounded ? 'widen minSeconds and maxSeconds' : 'draw fewer recordings of each class',
    });
  }
  return view(dataset, indices);
}

/** Recordings whose headers are read at once. */
const probed = 32;

/** Those of a length in [least, most] seconds, and those whose header cannot be read: reading them says why. */
async function within(dataset: Dataset, indices: readonly number[], least: number, most: number): Promise<number[]> {
  const fits = async (index: number): Promise<boolean> => {
    try {
      const seconds = (await dataset.length!(index)) / sampleRate;
      return seconds >= least && seconds <= most;
    } catch (error) {
      if (error instanceof SampleError) return true;
      throw error;
    }
  };
  const kept: number[] = [];
  for (let start = 0; start < indices.length; start += probed) {
    const group = indices.slice(start, start + probed);
    const fitting = await Promise.all(group.map(fits));
    kept.push(...group.filter((_, i) => fitting[i]));
  }
  return kept;
}

function drawn(dataset: Dataset, indices: readonly number[], subset: Subset): number[] {
  const groups = new Map<number | undefined, number[]>();
  for (const index of indices) {
    const label = dataset.label?.(index);
    if (label === undefined && subset.perClass !== undefined) {
      throw new ConfigError('subset.perClass: the recordings have no labels', {
        key: 'subset.perClass',
        hint: 'use subset.fraction or limit for unlabelled recordings',
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
    ...(dataset.length && { length: (index: number) => dataset.length!(indices[index]!) }),
    read: (index) => dataset.read(indices[index]!),
  };
}
