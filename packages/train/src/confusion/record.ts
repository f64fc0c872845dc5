import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { D2vError } from '@d2v/core';
import { z } from 'zod';
import { Confusion } from './confusion.js';

/** What a validation took for what. */
export interface ConfusionRecord {
  /** Completed updates of the model. */
  readonly update: number;
  /** Names by number. */
  readonly classes: readonly string[];
  readonly confusion: Confusion;
}

const index = z.number().int().nonnegative();
const schema = z.object({
  update: index,
  classes: z.array(z.string()),
  /** [label, predicted, samples], where there are any. */
  counts: z.array(z.tuple([index, index, index])),
});

/** Writes a record as JSON, in place of an earlier one when it is complete. */
export function writeConfusion(path: string, { update, classes, confusion }: ConfusionRecord): void {
  const counts = confusion.counts.flatMap((row, label) =>
    row.flatMap((samples, predicted) => (samples > 0 ? [[label, predicted, samples]] : [])),
  );
  writeFileSync(`${path}.new`, `${JSON.stringify({ update, classes, counts })}\n`);
  renameSync(`${path}.new`, path);
}

/**
 * Reads a record; nothing where there is none.
 *
 * @throws D2vError naming the file when it cannot be understood
 */
export function readConfusion(path: string): ConfusionRecord | undefined {
  if (!existsSync(path)) return undefined;
  try {
    const { update, classes, counts } = schema.parse(JSON.parse(readFileSync(path, 'utf8')));
    const confusion = new Confusion(classes.length);
    for (const [label, predicted, samples] of counts) confusion.add(label, predicted, samples);
    return { update, classes, confusion };
  } catch (cause) {
    throw new D2vError(`${path}: no confusion matrix: ${(cause as Error).message}`, {
      hint: 'remove the file; the next validation writes it again',
      cause,
    });
  }
}
