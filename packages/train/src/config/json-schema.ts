import { z } from 'zod';
import type { Path, Value } from './origin.js';

/** The part of JSON Schema that Zod writes and that is read here. */
export interface JsonSchema {
  readonly type?: string | readonly string[];
  readonly title?: string;
  readonly description?: string;
  readonly default?: Value;
  readonly const?: Value;
  readonly enum?: readonly Value[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
  readonly minLength?: number;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: JsonSchema | boolean;
  readonly prefixItems?: readonly JsonSchema[];
  readonly items?: JsonSchema | boolean;
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
}

/** What a Zod schema accepts, as JSON Schema. */
export function jsonSchema(schema: z.ZodType): JsonSchema {
  return z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as JsonSchema;
}

/** The alternatives of a schema; one that is no union is its only alternative. */
export function alternatives(schema: JsonSchema): readonly JsonSchema[] {
  return (schema.oneOf ?? schema.anyOf)?.flatMap(alternatives) ?? [schema];
}

/** The property whose constant tells the alternatives of a union of mappings apart. */
export function discriminator(options: readonly JsonSchema[]): string | undefined {
  const [first] = options;
  if (options.length < 2 || !first?.properties) return undefined;
  return Object.keys(first.properties).find((key) =>
    options.every((option) => constants(option.properties?.[key]) !== undefined),
  );
}

/** The values of a constant or enumeration. */
export function constants(schema: JsonSchema | undefined): readonly Value[] | undefined {
  return schema?.const === undefined ? schema?.enum : [schema.const];
}

/** The schemas that a configuration's value at `path` may follow; of a discriminated union the one that it chose. */
export function schemasAt(schema: JsonSchema, path: Path, value: Value | undefined): readonly JsonSchema[] {
  const [part, ...rest] = path;
  if (part === undefined) return chosen(schema, value) ?? [schema];
  return (chosen(schema, value) ?? alternatives(schema)).flatMap((option) => {
    const below = typeof part === 'number' ? itemSchema(option, part) : propertySchema(option, part);
    return below ? schemasAt(below, rest, child(value, part)) : [];
  });
}

function chosen(schema: JsonSchema, value: Value | undefined): readonly JsonSchema[] | undefined {
  const options = alternatives(schema);
  const key = discriminator(options);
  const kind = key === undefined ? undefined : child(value, key);
  const matching = options.filter((option) => key && constants(option.properties?.[key])?.includes(kind as Value));
  return matching.length > 0 ? matching : undefined;
}

function propertySchema(schema: JsonSchema, key: string): JsonSchema | undefined {
  const { additionalProperties: others } = schema;
  return schema.properties?.[key] ?? (typeof others === 'object' ? others : undefined);
}

function itemSchema(schema: JsonSchema, index: number): JsonSchema | undefined {
  return schema.prefixItems?.[index] ?? (typeof schema.items === 'object' ? schema.items : undefined);
}

/** The value under a key or index, or nothing. */
export function child(value: Value | undefined, part: string | number): Value | undefined {
  if (Array.isArray(value)) return value[Number(part)];
  if (value !== null && typeof value === 'object') return Object.hasOwn(value, part) ? value[part] : undefined;
  return undefined;
}

/** The value at a path, or nothing. */
export function valueAt(value: Value, path: Path): Value | undefined {
  return path.reduce<Value | undefined>(child, value);
}
