import { ConfigError } from '@d2v/core';
import { parquetSchema, type FileMetaData, type SchemaTree } from 'hyparquet';
import { z } from 'zod';
import { textColumns, type ParquetOptions } from '../../dataset/options.js';

/** Where a table keeps recordings, transcripts and labels. */
export interface Columns {
  readonly audio: string;
  readonly text?: string;
  readonly label?: string;
  /** Class names in the order of their numbers, where the metadata gives them. */
  readonly classes?: readonly string[];
}

/** What Hugging Face's `datasets` writes into the metadata under the key `huggingface`. */
const huggingFaceSchema = z.object({
  info: z.object({
    features: z.record(z.string(), z.object({ names: z.array(z.string()).optional() }).or(z.unknown())),
  }),
});

/**
 * Finds the columns that the options name, or those that look right.
 * @throws ConfigError when there is no such column
 */
export function findColumns(metadata: FileMetaData, options: ParquetOptions, source: string): Columns {
  const columns = parquetSchema(metadata).children;
  const names = columns.map(({ element }) => element.name);
  const audio = options.audio ?? columns.find(holdsBytes)?.element.name;
  if (audio === undefined || !columns.some((column) => column.element.name === audio && holdsBytes(column))) {
    const problem = audio === undefined ? 'no column of recordings' : `no column '${audio}' of recordings`;
    throw new ConfigError(`${source}: ${problem}`, {
      key: 'audio',
      hint: `recordings are bytes, or {bytes, path}; the columns are ${names.join(', ')}`,
    });
  }
  const text = named('text', options.text, textColumns, names, source);
  const label = named('label', options.label, ['label'], names, source);
  const classes = label === undefined ? undefined : classNames(metadata, label);
  return { audio, ...(text && { text }), ...(label && { label }), ...(classes && { classes }) };
}

function named(
  key: 'text' | 'label',
  wanted: string | undefined,
  usual: readonly string[],
  names: readonly string[],
  source: string,
): string | undefined {
  if (wanted === undefined) return usual.find((name) => names.includes(name));
  if (names.includes(wanted)) return wanted;
  throw new ConfigError(`${source}: no column '${wanted}'`, { key, hint: `the columns are ${names.join(', ')}` });
}

/** Bytes without a text annotation, or a struct with such a field `bytes`. */
function holdsBytes({ element, children }: SchemaTree): boolean {
  const bytes = children.length > 0 ? children.find((child) => child.element.name === 'bytes')?.element : element;
  return bytes?.type === 'BYTE_ARRAY' && bytes.converted_type === undefined && bytes.logical_type === undefined;
}

function classNames(metadata: FileMetaData, label: string): readonly string[] | undefined {
  const text = metadata.key_value_metadata?.find(({ key }) => key === 'huggingface')?.value;
  if (text === undefined) return undefined;
  try {
    const parsed = huggingFaceSchema.safeParse(JSON.parse(text));
    const feature = parsed.data?.info.features[label] as { names?: readonly string[] } | undefined;
    return feature?.names;
  } catch {
    return undefined; // metadata of another tool under the same key: the labels number themselves
  }
}
