import { ConfigError } from '@d2v/core';
import { parquetSchema, type FileMetaData, type SchemaTree } from 'hyparquet';
import { z } from 'zod';
import type { ParquetOptions } from '../../dataset/options.js';

/** Where a table keeps images and labels. */
export interface Columns {
  readonly image: string;
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
  const image = options.image ?? columns.find(holdsImages)?.element.name;
  if (image === undefined || !columns.some((column) => column.element.name === image && holdsImages(column))) {
    const problem = image === undefined ? 'no column of images' : `no column '${image}' of images`;
    throw new ConfigError(`${source}: ${problem}`, {
      key: 'image',
      hint: `images are bytes, or {bytes, path}; the columns are ${names.join(', ')}`,
    });
  }
  const label = options.label ?? names.find((name) => name === 'label');
  if (label !== undefined && !names.includes(label)) {
    throw new ConfigError(`${source}: no column '${label}' of labels`, {
      key: 'label',
      hint: `the columns are ${names.join(', ')}`,
    });
  }
  if (label === undefined) return { image };
  const classes = classNames(metadata, label);
  return { image, label, ...(classes && { classes }) };
}

/** Bytes without a text annotation, or a struct with such a field `bytes`. */
function holdsImages({ element, children }: SchemaTree): boolean {
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
