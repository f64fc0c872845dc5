import { createReadStream } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { ConfigError, SampleError, type Dataset } from '@d2v/core';
import { z } from 'zod';
import { numberLabels, type RawLabel } from '../dataset/labels.js';
import type { ManifestOptions } from '../dataset/options.js';
import { select } from '../dataset/selection.js';
import type { ImageItem } from '../image/item.js';
import { fileError } from './file.js';
import { fileDataset } from './image-files.js';

const entrySchema = z.object({
  path: z.string().min(1),
  label: z.union([z.string().min(1), z.number()]).nullish(),
});

interface Entry {
  readonly path: string;
  readonly label: RawLabel | undefined;
  readonly line: number;
}

/**
 * The reader `manifest`: one JSON object a line, `{"path", "label"?}`; other keys are ignored, as are empty lines.
 * @throws SampleError naming file:line when a line or label is wrong; images are looked for when they are read
 */
export async function openManifest(options: ManifestOptions): Promise<Dataset<ImageItem>> {
  const { path: source, classes } = options;
  const entries = await readEntries(source);
  if (entries.length === 0) {
    throw new ConfigError(`${source} lists no images`, { key: 'path', hint: 'write one {"path": …} a line' });
  }
  const labelled = entries.some(({ label }) => label !== undefined);
  if (classes && !labelled) {
    throw new ConfigError(`classes: no line of ${source} has a label`, { key: 'classes', hint: 'remove `classes`' });
  }
  const labels = labelled
    ? numberLabels(
        entries.map(({ label }) => label),
        classes,
        (row) => `${source}:${entries[row]!.line}`,
      )
    : undefined;
  const files = entries.map(({ path, line }, row) => ({
    path: resolve(dirname(source), path),
    name: `${path} (${basename(source)}:${line})`,
    ...(labels && { label: labels.labels[row]! }),
  }));
  return select(fileDataset(files, labels?.classes), options);
}

async function readEntries(source: string): Promise<Entry[]> {
  const entries: Entry[] = [];
  let line = 0;
  try {
    for await (const text of createInterface({ input: createReadStream(source, 'utf8'), crlfDelay: Infinity })) {
      line++;
      const trimmed = text.replace(/^\uFEFF/, '').trim();
      if (trimmed) entries.push(parseEntry(trimmed, line, `${source}:${line}`));
    }
  } catch (cause) {
    throw cause instanceof SampleError ? cause : fileError(cause, source);
  }
  return entries;
}

function parseEntry(text: string, line: number, where: string): Entry {
  const hint = 'write {"path": "image.jpg", "label": "cat"}, with a label that is a name or a class number';
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new SampleError(where, `not JSON: ${(cause as Error).message}`, { hint, cause });
  }
  const parsed = entrySchema.safeParse(value);
  if (parsed.success) return { path: parsed.data.path, label: parsed.data.label ?? undefined, line };
  const { path, message } = parsed.error.issues[0]!;
  throw new SampleError(where, `${path.length ? `'${path.join('.')}': ` : ''}${message}`, { hint });
}
