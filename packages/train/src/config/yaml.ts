import { ConfigError } from '@d2v/core';
import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  stringify,
  type Document,
  type ParsedNode,
} from 'yaml';
import { place, type Entry, type Node, type Origin, type Value } from './origin.js';

/** An alias may repeat a part of the file, but not blow it up. */
const MAX_ALIASES = 100;

/**
 * Parses YAML, keeping the place of every key and value.
 *
 * @param file how errors name the text
 * @throws ConfigError with file, line and column for what is no YAML, for a key that is given twice, and for a file
 * that holds something other than one mapping
 */
export function parseYaml(text: string, file: string): Node {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const at = (offset: number): Origin => {
    const { line, col } = lines.linePos(offset);
    return { file, line: Math.max(1, line), column: Math.max(1, col) };
  };
  const [error] = document.errors;
  if (error) throw new ConfigError(`${place(at(error.pos[0]))}: ${error.message}`, { hint: 'correct the YAML' });
  const root = new Converter(document, at).node(document.contents as ParsedNode | null);
  if (!(root.content instanceof Map)) {
    throw new ConfigError(`${file}: a configuration is a mapping of sections`, { hint: 'start with `version: 1`' });
  }
  return root;
}

/** A value as YAML text. */
export function formatYaml(value: Value): string {
  return stringify(value, { lineWidth: 0, aliasDuplicateObjects: false });
}

class Converter {
  #aliases = 0;

  constructor(
    private readonly document: Document.Parsed,
    private readonly at: (offset: number) => Origin,
  ) {}

  node(parsed: ParsedNode | null): Node {
    if (parsed === null) return { origin: this.at(0), content: null };
    const origin = this.at(parsed.range[0]);
    if (isAlias(parsed)) {
      const target = parsed.resolve(this.document) as ParsedNode | undefined;
      if (!target || ++this.#aliases > MAX_ALIASES) {
        throw new ConfigError(`${place(origin)}: cannot follow the alias '*${parsed.source}'`, {
          hint: 'write the value itself',
        });
      }
      return { origin, content: this.node(target).content };
    }
    if (isMap(parsed))
      return { origin, content: new Map(parsed.items.map((pair) => this.entry(pair.key, pair.value))) };
    if (isSeq(parsed)) return { origin, content: parsed.items.map((item) => this.node(item as ParsedNode)) };
    return { origin, content: this.scalar(parsed, origin) };
  }

  private entry(key: ParsedNode, value: ParsedNode | null): [string, Entry] {
    const origin = this.at(key.range[0]);
    const name = isScalar(key) ? String(key.value) : '';
    if (!isScalar(key) || name === '__proto__') {
      throw new ConfigError(`${place(origin)}: '${String(key)}' cannot be a key`, { hint: 'keys are plain words' });
    }
    return [name, { origin, value: value === null ? { origin, content: null } : this.node(value) }];
  }

  private scalar(parsed: ParsedNode, origin: Origin): null | boolean | number | string {
    const value: unknown = isScalar(parsed) ? parsed.value : undefined;
    if (value === null || ['boolean', 'number', 'string'].includes(typeof value)) return value as null | boolean;
    throw new ConfigError(`${place(origin)}: '${String(parsed)}' is no value that a configuration can hold`, {
      hint: 'use text, numbers, true, false, lists and mappings',
    });
  }
}
