import { ConfigError } from '@d2v/core';
import { merge } from './merge.js';
import type { Entry, Node, Origin } from './origin.js';
import { parseYaml } from './yaml.js';

/**
 * Applies `key.path=value` to a configuration: the value is YAML (`1e-3`, `true`, `[0.9, 0.95]`), an empty one removes
 * the key. A number in the path is an index into an existing list.
 *
 * @throws ConfigError when the text has no `=`, or the path leads through something that has no keys
 */
export function applyOverride(root: Node, override: string): Node {
  const equals = override.indexOf('=');
  const origin: Origin = { file: `--set ${override}` };
  const path = override.slice(0, equals).trim().split('.');
  if (equals < 1 || path.some((part) => part === '' || part === '__proto__')) {
    throw new ConfigError(`'${override}' sets nothing`, { hint: 'write it as --set optimizer.learningRate=1e-3' });
  }
  return set(root, path, value(override.slice(equals + 1), origin), origin);
}

function value(text: string, origin: Origin): Node {
  const parsed = parseYaml(`value: ${text}`, origin.file);
  const entry = parsed.content instanceof Map ? parsed.content.get('value') : undefined;
  return relocate(entry?.value ?? { origin, content: null }, origin);
}

/** The lines and columns inside an override say nothing to its reader. */
function relocate(node: Node, origin: Origin): Node {
  const { content } = node;
  if (content instanceof Map) {
    const entries = [...content].map(([key, entry]): [string, Entry] => [
      key,
      { origin, value: relocate(entry.value, origin) },
    ]);
    return { origin, content: new Map(entries) };
  }
  return { origin, content: Array.isArray(content) ? content.map((item) => relocate(item, origin)) : content };
}

function set(node: Node, path: readonly string[], leaf: Node, origin: Origin): Node {
  const [key, ...rest] = path;
  if (key === undefined) return leaf;
  if (Array.isArray(node.content)) return setItem(node.content, key, rest, leaf, origin);
  if (node.content !== null && !(node.content instanceof Map)) {
    throw new ConfigError(`${origin.file}: '${key}' would be a key of the value ${JSON.stringify(node.content)}`, {
      hint: 'check the path against the configuration reference',
    });
  }
  if (rest.length === 0)
    return merge(node, { origin: node.origin, content: new Map([[key, { origin, value: leaf }]]) });
  const below = node.content?.get(key)?.value ?? { origin, content: null };
  const entry: Entry = { origin, value: set(below, rest, leaf, origin) };
  return { origin: node.origin, content: new Map([...(node.content ?? []), [key, entry]]) };
}

function setItem(items: readonly Node[], key: string, rest: readonly string[], leaf: Node, origin: Origin): Node {
  const index = /^\d+$/.test(key) ? Number(key) : -1;
  const item = items[index];
  if (!item) {
    throw new ConfigError(`${origin.file}: '${key}' is no index into a list of ${items.length}`, {
      hint: items.length > 0 ? `use 0 to ${items.length - 1}` : 'set the whole list',
    });
  }
  return { origin, content: items.map((other, i) => (i === index ? set(item, rest, leaf, origin) : other)) };
}
