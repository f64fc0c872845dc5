import type { DatasetKind } from '@d2v/core';
import { z } from 'zod';
import type { SignalItem } from '../signal.js';

export const csvSchema = z.strictObject({
  path: z.string().min(1).describe('The file.'),
  label: z.string().min(1).optional().describe('Column of the class names; the file must have a header.'),
  delimiter: z.string().length(1).default(',').describe('What separates the cells.'),
});

export type CsvOptions = z.output<typeof csvSchema>;

/** One recording a row. */
export const csv: DatasetKind<CsvOptions, SignalItem> = {
  description: 'A CSV file with one recording a row: time step after time step, within a step channel after channel.',
  schema: csvSchema,
  open: async (options) => (await import('../node/csv.js')).openCsv(options),
};

/** The readers by the name that `data.*.reader` gives them. */
export const signalDatasets = { csv } as const;
