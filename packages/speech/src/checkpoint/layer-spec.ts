import { ConfigError } from '@d2v/core';
import type { ConvLayer } from '../encoder/index.js';

const TERM = /^\s*(?:(\d+)\s*\*\s*)?\[([^[\]]*)\](?:\s*\*\s*(\d+))?\s*$/;
const LAYER = /\(\s*(\d+)\s*,\s*(\d+)\s*,\s*(\d+)\s*\)/g;

/**
 * fairseq's layers of the extractor, a Python expression such as `[(512, 10, 5)] + [(512, 3, 2)] * 4`, or a list of
 * triples. It is read, never evaluated.
 *
 * @throws ConfigError naming `key` for anything else
 */
export function readLayers(spec: unknown, key: string): ConvLayer[] {
  const wrong = (): ConfigError =>
    new ConfigError(`${key}: cannot read the layers ${JSON.stringify(spec)}`, {
      key,
      hint: 'expected sums of lists of (channels, kernel, stride): [(512, 10, 5)] + [(512, 3, 2)] * 4',
    });
  if (Array.isArray(spec)) return spec.map((layer) => triple(layer, wrong));
  if (typeof spec !== 'string') throw wrong();
  const layers = spec.split('+').flatMap((term) => {
    const match = TERM.exec(term);
    if (!match) throw wrong();
    const [, before, inner, after] = match as unknown as [string, string | undefined, string, string | undefined];
    if (inner.replace(LAYER, '').replace(/[\s,]/g, '') !== '') throw wrong();
    const list = [...inner.matchAll(LAYER)].map((found) => triple(found.slice(1).map(Number), wrong));
    return Array.from({ length: Number(before ?? 1) * Number(after ?? 1) }, () => list).flat();
  });
  if (layers.length === 0) throw wrong();
  return layers;
}

function triple(layer: unknown, wrong: () => ConfigError): ConvLayer {
  if (Array.isArray(layer) && layer.length === 3 && layer.every((value) => Number.isInteger(value) && value > 0)) {
    return layer as ConvLayer;
  }
  throw wrong();
}
