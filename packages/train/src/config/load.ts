import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { ConfigError } from '@d2v/core';
import type { z } from 'zod';
import { jsonSchema, valueAt } from './json-schema.js';
import { merge } from './merge.js';
import { nearest } from './nearest.js';
import { originOf, place, plain, type Mapping, type Node, type Origin, type Path, type Value } from './origin.js';
import { applyOverride } from './override.js';
import { InvalidConfigError, problemsOf } from './problems.js';
import { parseYaml } from './yaml.js';

/** The version of the configuration format that this release reads and writes. */
export const CONFIG_VERSION = 1;

/** A configuration file by its path, or its text. */
export type ConfigSource = string | { readonly text: string; readonly name?: string };

export interface LoadOptions {
  /** Presets that `extends: NAME` may name, for the modality that the file gives: recipe name → YAML text. */
  readonly presets?: (modality: string | undefined) => Promise<Readonly<Record<string, string>>>;
  /** Overrides, `key.path=value`, applied last and in order. */
  readonly set?: readonly string[];
}

/** A configuration before its schema is known: merged and overridden, every value with the place it comes from. */
export class RawConfig {
  constructor(readonly root: Node) {}

  get value(): Mapping {
    return plain(this.root) as Mapping;
  }

  /** The value at a path, or nothing. */
  get(...path: Path): Value | undefined {
    return valueAt(this.value, path);
  }

  /** `file:line:column` of a path. */
  place(...path: Path): string {
    return place(originOf(this.root, path));
  }

  /**
   * The configuration with every default filled in.
   *
   * @throws InvalidConfigError listing every unknown key and wrong value with its place
   */
  parse<Schema extends z.ZodType>(schema: Schema): z.output<Schema> {
    const result = schema.safeParse(this.value);
    if (result.success) return result.data;
    throw new InvalidConfigError(problemsOf(result.error.issues, this.root, jsonSchema(schema)));
  }
}

/**
 * Reads a configuration without its schema, which may depend on what is in it (`modality`): follows `extends` and
 * applies overrides.
 *
 * @throws ConfigError for a file that cannot be read, is no YAML, extends itself or an unknown preset, or has another
 * `version` than this release reads
 */
export async function readConfig(source: ConfigSource, options: LoadOptions = {}): Promise<RawConfig> {
  const text = typeof source === 'string' ? await readText(source) : source.text;
  const file = typeof source === 'string' ? source : (source.name ?? 'configuration');
  const root = await resolved(parseYaml(text, file), { options, chain: [file], modality: undefined });
  const final = (options.set ?? []).reduce(applyOverride, merge({ origin: root.origin, content: null }, root));
  if (valueAt(plain(final), ['version']) === undefined) {
    throw new ConfigError(`${file}: 'version' is missing`, { key: 'version', hint: 'start with `version: 1`' });
  }
  checkVersion(final);
  return new RawConfig(final);
}

/** `readConfig` and `parse` for a schema that is known beforehand. */
export async function loadConfig<Schema extends z.ZodType>(
  source: ConfigSource,
  schema: Schema,
  options: LoadOptions = {},
): Promise<z.output<Schema>> {
  return (await readConfig(source, options)).parse(schema);
}

interface Walk {
  readonly options: LoadOptions;
  /** Files and presets on the way here. */
  readonly chain: readonly string[];
  readonly modality: string | undefined;
}

/** A file laid over what it extends. */
async function resolved(node: Node, walk: Walk): Promise<Node> {
  checkVersion(node);
  const content = node.content as Exclude<Node['content'], null | boolean | number | string | Node[]>;
  const entry = content.get('extends');
  if (!entry) return node;
  const base = entry.value.content;
  if (typeof base !== 'string' || base === '') {
    throw new ConfigError(`${place(entry.value.origin)}: extends: expected the name of a preset or a file`, {
      key: 'extends',
      hint: 'write `extends: ./base.yaml`',
    });
  }
  const own: Node = { origin: node.origin, content: new Map([...content].filter(([key]) => key !== 'extends')) };
  const named = content.get('modality')?.value.content;
  const modality = walk.modality ?? (typeof named === 'string' ? named : undefined);
  const { file, text } = await find(base, entry.value.origin, { ...walk, modality });
  if (walk.chain.includes(file)) {
    throw new ConfigError(`${place(entry.value.origin)}: ${[...walk.chain, file].join(' extends ')}`, {
      key: 'extends',
      hint: 'a configuration cannot extend itself',
    });
  }
  return merge(await resolved(parseYaml(text, file), { ...walk, chain: [...walk.chain, file], modality }), own);
}

async function find(base: string, origin: Origin, walk: Walk): Promise<{ file: string; text: string }> {
  if (/^\.{0,2}\/|^[a-z]:\\|\.ya?ml$/i.test(base)) {
    const file = resolve(dirname(origin.file), base);
    return { file, text: await readText(file, origin) };
  }
  const presets = (await walk.options.presets?.(walk.modality)) ?? {};
  const text = Object.hasOwn(presets, base) ? presets[base] : undefined;
  if (text !== undefined) return { file: `preset ${base}`, text };
  const names = Object.keys(presets);
  const guess = nearest(base, names);
  const known =
    names.length > 0 ? `presets are ${names.join(', ')}` : 'there are no presets; write ./FILE.yaml for a file';
  throw new ConfigError(
    `${place(origin)}: extends: no preset '${base}'${walk.modality ? ` in ${walk.modality}` : ''}`,
    { key: 'extends', hint: `${guess ? `did you mean '${guess}'? ` : ''}${known}` },
  );
}

async function readText(file: string, from?: Origin): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ConfigError(`${from ? `${place(from)}: extends: ` : ''}cannot read ${file}: ${reason}`, {
      hint: 'check the path',
      cause,
    });
  }
}

function checkVersion(node: Node): void {
  const version = valueAt(plain(node), ['version']);
  if (version === undefined || version === null || version === CONFIG_VERSION) return;
  throw new ConfigError(
    `${place(originOf(node, ['version']))}: configuration version ${JSON.stringify(version)}, this d2v reads version ${CONFIG_VERSION}`,
    { key: 'version', hint: 'install the d2v that wrote it, or rewrite the file after the configuration reference' },
  );
}
