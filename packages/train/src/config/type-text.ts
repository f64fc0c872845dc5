import { alternatives, constants, discriminator, type JsonSchema } from './json-schema.js';
import type { Value } from './origin.js';

/** What a schema allows, in words: `integer ≥ 1`, `cosine | constant`, `list of text`. */
export function typeText(schema: JsonSchema): string {
  if (schema.title) return schema.title;
  const options = alternatives(schema);
  if (options.length > 1) return unionText(options);
  const values = constants(schema);
  if (values) return values.map(literal).join(' | ');
  const types = typeof schema.type === 'string' ? [schema.type] : (schema.type ?? []);
  return types.length === 0 ? 'anything' : types.map((type) => plainText(type, schema)).join(' or ');
}

/** A value as it would stand in a configuration. */
export function literal(value: Value): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function unionText(options: readonly JsonSchema[]): string {
  const key = discriminator(options);
  if (key === undefined) {
    const separator = options.every((option) => constants(option)) ? ' | ' : ' or ';
    return [...new Set(options.map(typeText))].join(separator);
  }
  const kinds = options.flatMap((option) => constants(option.properties?.[key]) ?? []);
  return `mapping with ${key}: ${kinds.map(literal).join(' | ')}`;
}

function plainText(type: string, schema: JsonSchema): string {
  switch (type) {
    case 'integer':
    case 'number':
      return [type, range(schema)].filter(Boolean).join(' ');
    case 'string':
      return (schema.minLength ?? 0) > 0 ? 'text that is not empty' : 'text';
    case 'boolean':
      return 'true or false';
    case 'array':
      if (schema.prefixItems) return `[${schema.prefixItems.map(typeText).join(', ')}]`;
      return `list of ${typeof schema.items === 'object' ? typeText(schema.items) : 'anything'}`;
    case 'object':
      return typeof schema.additionalProperties === 'object'
        ? `mapping of names to ${typeText(schema.additionalProperties)}`
        : 'mapping';
    default:
      return type;
  }
}

function range(schema: JsonSchema): string {
  const bound = (value: number | undefined): number | undefined =>
    value === undefined || Math.abs(value) === Number.MAX_SAFE_INTEGER ? undefined : value;
  const [low, high] = [bound(schema.minimum), bound(schema.maximum)];
  const [above, below] = [bound(schema.exclusiveMinimum), bound(schema.exclusiveMaximum)];
  if (low !== undefined && high !== undefined) return `from ${low} to ${high}`;
  const parts = [
    low === undefined ? '' : `≥ ${low}`,
    above === undefined ? '' : `> ${above}`,
    high === undefined ? '' : `≤ ${high}`,
    below === undefined ? '' : `< ${below}`,
  ];
  return parts.filter(Boolean).join(' and ');
}
