/** Where a value of a configuration was written. */
export interface Origin {
  /** A file's path, a preset's name, or the override that set it. */
  readonly file: string;
  /** Counted from 1; absent for overrides. */
  readonly line?: number;
  readonly column?: number;
}

/** Keys and array indices from the root to a value. */
export type Path = readonly (string | number)[];

/** A plain configuration value: what YAML and JSON can say. */
export type Value = null | boolean | number | string | Value[] | Mapping;
export interface Mapping {
  [key: string]: Value;
}

/** A configuration value that remembers where each of its keys was written. */
export interface Node {
  readonly origin: Origin;
  readonly content: null | boolean | number | string | Node[] | Map<string, Entry>;
}

/** One `key: value` of a mapping. */
export interface Entry {
  /** Of the key. */
  readonly origin: Origin;
  readonly value: Node;
}

/** `optimizer.betas[1]`. */
export function dotted(path: Path): string {
  return path.map((part, i) => (typeof part === 'number' ? `[${part}]` : i === 0 ? part : `.${part}`)).join('');
}

/** `file:line:column`, as far as they are known. */
export function place({ file, line, column }: Origin): string {
  return line === undefined ? file : `${file}:${line}:${column ?? 1}`;
}

/** The plain value of a node. */
export function plain(node: Node): Value {
  const { content } = node;
  if (content instanceof Map) {
    return Object.fromEntries([...content].map(([key, entry]) => [key, plain(entry.value)]));
  }
  return Array.isArray(content) ? content.map(plain) : content;
}

/** Where the deepest existing part of a path was written: its key, or the value where it has none. */
export function originOf(root: Node, path: Path): Origin {
  let [node, origin] = [root, root.origin];
  for (const part of path) {
    const { content } = node;
    if (content instanceof Map) {
      const entry = content.get(String(part));
      if (!entry) return origin;
      [node, origin] = [entry.value, entry.origin];
    } else if (Array.isArray(content)) {
      const item = content[Number(part)];
      if (!item) return origin;
      [node, origin] = [item, item.origin];
    } else return origin;
  }
  return origin;
}
