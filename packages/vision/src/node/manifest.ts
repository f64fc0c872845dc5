import { basename, dirname, resolve } from 'node:path';
import { ConfigError, numberLabels, SampleError, selectSamples, type Dataset, type TableRow } from '@d2v/core';
import { readJsonLines, requireRows } from '@d2v/core/node';
import { z } from 'zod';
import type { ManifestOptions } from '../dataset/options.js';
import type { ImageItem } from '../image/item.js';
import { imageDataset } from './image-files.js';

const entrySchema = z.object({
  path: z.string().min(1),
  label: z.union([z.string().min(1), z.number()]).nullish(),
});

const example = '{"path": "image.jpg", "label": "cat"}, with a label that is a name or a class number';

/**
 * The reader `manifest`: one JSON object a line, `{"path", "label"?}`; other keys are ignored, as are empty lines.
 * @throws SampleError naming file:line when a line or label is wrong; images are looked for when they are read
 */
export async function openManifest(options: ManifestOptions): Promise<Dataset<ImageItem>> {
  const { path: source, classes } = options;
  const rows = requireRows(await readJsonLines(source, example));
  const entries = rows.map(asEntry);
  if (entries.length === 0) {
    throw new ConfigError(`${source} lists no images`, { key: 'path', hint: 'write one {"path": …} a line' });
  }
  const labelled = entries.some(({ label }) => label !== undefined);
  if (classes && !labelled) {
    throw new ConfigError(`classes: no line of ${source} has a label`, { key: 'classes', hint: 'remove `classes`' });
  }
  const raw = entries.map(({ label }) => label);
  const labels = labelled ? numberLabels(raw, classes, (row) => rows[row]!.name) : undefined;
  const files = entries.map(({ path }, row) => ({
    path: resolve(dirname(source), path),
    name: `${path} (${basename(source)}:${rows[row]!.line})`,
    ...(labels && { label: labels.labels[row]! }),
  }));
  return selectSamples(imageDataset(files, labels?.classes), options);
}

function asEntry({ name, cells }: TableRow): { path: string; label: string | number | undefined } {
  const parsed = entrySchema.safeParse(cells);
  if (parsed.success) return { path: parsed.data.path, label: parsed.data.label ?? undefined };
  const { path, message } = parsed.error.issues[0]!;
  throw new SampleError(name, `'${path.join('.')}': ${message}`, { hint: `write ${example}` });
}
