import { parquetSchema, type FileMetaData, type SchemaTree } from 'hyparquet';
import { z } from 'zod';

/** A column of a Parquet file. */
export interface ParquetColumn {
  readonly name: string;
  /** Whether its cells are encoded files: bytes without a text annotation, or {bytes, path}. */
  readonly holdsFiles: boolean;
}

/** What Hugging Face's `datasets` writes into the metadata under the key `huggingface`. */
const huggingFaceSchema = z.object({
  info: z.object({
    features: z.record(z.string(), z.unknown()),
  }),
});

const namesSchema = z.object({ names: z.array(z.string()) });

/** Of one label a row, or of lists of them. */
const featureSchema = z.union([namesSchema, z.object({ feature: namesSchema })]);

export function columnsOf(metadata: FileMetaData): ParquetColumn[] {
  return parquetSchema(metadata).children.map((column) => ({
    name: column.element.name,
    holdsFiles: holdsFiles(column),
  }));
}

function holdsFiles({ element, children }: SchemaTree): boolean {
  const bytes = children.length > 0 ? children.find((child) => child.element.name === 'bytes')?.element : element;
  return bytes?.type === 'BYTE_ARRAY' && bytes.converted_type === undefined && bytes.logical_type === undefined;
}

/** Class names of a column of labels or of lists of them, in the order of their numbers, where the metadata gives them. */
export function classNames(metadata: FileMetaData, label: string): readonly string[] | undefined {
  const text = metadata.key_value_metadata?.find(({ key }) => key === 'huggingface')?.value;
  if (text === undefined) return undefined;
  try {
    const parsed = huggingFaceSchema.safeParse(JSON.parse(text));
    const feature = featureSchema.safeParse(parsed.data?.info.features[label]).data;
    return feature && ('names' in feature ? feature.names : feature.feature.names);
  } catch {
    return undefined; // metadata of another tool under the same key: the labels number themselves
  }
}
