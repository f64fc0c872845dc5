import { ConfigError } from '@d2v/core';
import type { z } from 'zod';
import { alternatives, child, constants, discriminator, schemasAt, valueAt, type JsonSchema } from './json-schema.js';
import { nearest } from './nearest.js';
import { dotted, originOf, place, plain, type Node, type Origin, type Path, type Value } from './origin.js';
import { typeText } from './type-text.js';

/** One thing that is wrong with a configuration. */
export interface ConfigProblem {
  readonly origin: Origin;
  /** Dotted path of the key. */
  readonly key: string;
  readonly message: string;
}

/** A configuration that its schema refuses: everything that is wrong with it, in the order of the file. */
export class InvalidConfigError extends ConfigError {
  override name = 'InvalidConfigError';
  readonly problems: readonly ConfigProblem[];

  constructor(problems: readonly ConfigProblem[]) {
    const lines = problems.map(({ origin, key, message }) => `${place(origin)}: ${key ? `${key}: ` : ''}${message}`);
    super(lines.join('\n'), {
      key: problems[0]?.key,
      hint: 'correct the configuration, or set one value with --set key.path=value',
    });
    this.problems = problems;
  }
}

type Issue = z.core.$ZodIssue;

/** Zod's issues as problems with their places. */
export function problemsOf(issues: readonly Issue[], root: Node, schema: JsonSchema): ConfigProblem[] {
  const value = plain(root);
  const problems = issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys'
      ? unknownKeys(issue, root, value, schema)
      : [wrongValue(issue, root, value, schema)],
  );
  return problems.sort(
    (a, b) => (a.origin.line ?? 0) - (b.origin.line ?? 0) || (a.origin.column ?? 0) - (b.origin.column ?? 0),
  );
}

function unknownKeys(
  issue: Issue & { code: 'unrecognized_keys' },
  root: Node,
  value: Value,
  schema: JsonSchema,
): ConfigProblem[] {
  const path = issue.path as Path;
  const sections = schemasAt(schema, path, value).flatMap(alternatives);
  const allowed = [...new Set(sections.flatMap((section) => Object.keys(section.properties ?? {})))];
  const list = allowed.length > 0 ? `allowed here: ${allowed.join(', ')}` : 'no key is allowed here';
  return issue.keys.map((key) => {
    const free = allowed.filter((name) => child(valueAt(value, path), name) === undefined);
    const guess = nearest(key, free) ?? nearest(key, allowed);
    const here = dotted([...path, key]);
    const kind = ofOtherKind(key, schemasAt(schema, path, undefined).flatMap(alternatives));
    const other = guess ?? (kind ? undefined : elsewhere(key, schema, here));
    const remark = other ? `, did you mean '${other}'?` : kind ? `, it belongs to ${kind};` : ';';
    return { origin: originOf(root, [...path, key]), key: here, message: `unknown key${remark} ${list}` };
  });
}

/** `name: tri-stage` for a key that another choice of the same section has. */
function ofOtherKind(key: string, kinds: readonly JsonSchema[]): string | undefined {
  const chooser = discriminator(kinds);
  const owners = kinds.filter((kind) => kind.properties?.[key]);
  if (chooser === undefined || owners.length === 0) return undefined;
  return `${chooser}: ${owners.flatMap((kind) => constants(kind.properties?.[chooser]) ?? []).join(' | ')}`;
}

/** A key of this very name in another section: `learningRate` at the top means `optimizer.learningRate`. */
function elsewhere(key: string, schema: JsonSchema, here: string, prefix: Path = []): string | undefined {
  if (prefix.length > 4) return undefined;
  for (const [name, property] of alternatives(schema).flatMap((option) => Object.entries(option.properties ?? {}))) {
    const path = [...prefix, name];
    if (name.toLowerCase() === key.toLowerCase() && dotted(path) !== here) return dotted(path);
    const found = elsewhere(key, property, here, path);
    if (found) return found;
  }
  return undefined;
}

function wrongValue(issue: Issue, root: Node, value: Value, schema: JsonSchema): ConfigProblem {
  const path = issue.path as Path;
  const at = { origin: originOf(root, path), key: dotted(path) };
  if (issue.code === 'custom') return { ...at, message: issue.message };
  const got = valueAt(value, path);
  const options = schemasAt(schema, path, value);
  const choices = options.every((option) => constants(option));
  const expected = [...new Set(options.map(typeText))].join(choices ? ' | ' : ' or ') || issue.message;
  if (got === undefined) {
    const description = options.find((option) => option.description)?.description;
    return { ...at, message: `missing; expected ${expected}${description ? `: ${description}` : ''}` };
  }
  const guess = typeof got === 'string' ? nearest(got, words(options)) : undefined;
  return { ...at, message: `expected ${expected}, got ${shown(got)}${guess ? `; did you mean ${guess}?` : ''}` };
}

function words(options: readonly JsonSchema[]): string[] {
  return options.flatMap((option) => constants(option) ?? []).filter((word) => typeof word === 'string');
}

function shown(value: Value): string {
  if (typeof value === 'string') return `'${value.length > 60 ? `${value.slice(0, 60)}…` : value}'`;
  if (Array.isArray(value)) return `a list of ${value.length}`;
  return value !== null && typeof value === 'object' ? 'a mapping' : String(value);
}
