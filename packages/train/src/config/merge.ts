import type { Entry, Node } from './origin.js';

/** Keys that say what kind of thing a mapping describes; its other keys belong to that kind alone. */
const KIND = ['name', 'reader', 'strategy'];

/**
 * `over` on top of `base`: mappings are merged key by key, everything else is replaced. A key that is set to null is
 * removed, so that its default holds again. A mapping of another kind (another `name`, `reader` or `strategy`) replaces the
 * inherited one whole, since the options of one kind mean nothing to another.
 */
export function merge(base: Node, over: Node): Node {
  if (!(over.content instanceof Map)) return over;
  const inherited = base.content instanceof Map && sameKind(base.content, over.content) ? base.content : [];
  const merged = new Map<string, Entry>(inherited);
  for (const [key, entry] of over.content) {
    const below = merged.get(key)?.value ?? { origin: entry.origin, content: null };
    if (entry.value.content === null) merged.delete(key);
    else merged.set(key, { origin: entry.origin, value: merge(below, entry.value) });
  }
  return { origin: over.origin, content: merged };
}

function sameKind(base: Map<string, Entry>, over: Map<string, Entry>): boolean {
  return KIND.every((key) => {
    const [was, is] = [base.get(key)?.value.content, over.get(key)?.value.content];
    return was === undefined || is === undefined || was === is;
  });
}
