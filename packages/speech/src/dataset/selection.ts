import { ConfigError, datasetView, SampleError, selectSamples, type Dataset, type Selection } from '@d2v/core';
import { z } from 'zod';
import { sampleRate } from '../audio/format.js';

/** Options of every reader of recordings, applied between `subset` and `limit`. */
export const lengthFields = {
  minSeconds: z.number().gt(0).optional().describe('Drop shorter recordings; their headers are read for it.'),
  maxSeconds: z.number().gt(0).optional().describe('Drop longer recordings; their headers are read for it.'),
};

/** What `selectionFields` and `lengthFields` yield. */
export type RecordingSelection = Selection & z.output<z.ZodObject<typeof lengthFields>>;

/**
 * The recordings of a dataset that `selection` names, in the dataset's order.
 * @throws ConfigError when nothing is left, a range is outside the data or `perClass` meets unlabelled data
 */
export async function selectRecordings<Item>(
  dataset: Dataset<Item>,
  { range, subset, limit, minSeconds, maxSeconds }: RecordingSelection,
): Promise<Dataset<Item>> {
  if (minSeconds === undefined && maxSeconds === undefined) return selectSamples(dataset, { range, subset, limit });
  const drawn = selectSamples(dataset, { range, subset });
  const fitting = await within(drawn, minSeconds ?? 0, maxSeconds ?? Infinity);
  if (fitting.length === 0) {
    throw new ConfigError(`minSeconds: no recording is left of ${drawn.size}`, {
      key: 'minSeconds',
      hint: 'widen minSeconds and maxSeconds',
    });
  }
  return selectSamples(datasetView(drawn, fitting), { limit });
}

/** Recordings whose headers are read at once. */
const probed = 32;

/** Those of a length in [least, most] seconds, and those whose header cannot be read: reading them says why. */
async function within(dataset: Dataset, least: number, most: number): Promise<number[]> {
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
  for (let start = 0; start < dataset.size; start += probed) {
    const group = Array.from({ length: Math.min(probed, dataset.size - start) }, (_, i) => start + i);
    const fitting = await Promise.all(group.map(fits));
    kept.push(...group.filter((_, i) => fitting[i]));
  }
  return kept;
}
