import { readdirSync, readFileSync } from 'node:fs';

const root = new URL('../../../../../shared/fixtures/', import.meta.url);

/** Content of a parity fixture's file: `fixture('vision1/weights.safetensors')`. */
export const fixture = (path: string): Uint8Array => readFileSync(new URL(path, root));

/** All safetensors files among the fixtures. */
export const safetensorsFixtures = (): string[] =>
  readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.safetensors'))
    .sort();
