import { readFile } from 'node:fs/promises';
import { runNode } from './run-node.js';

/** A fenced block of a README and what the README says that it prints. */
export interface ReadmeExample {
  /** JavaScript, an ES module. */
  readonly code: string;
  /** The `text` block that follows it. */
  readonly output: string;
}

const EXAMPLE = /^```(?:js|ts)\n([^]*?)^```\n+(?:[^\n`]+\n+)?```text\n([^]*?)^```/gm;

/** The `js` or `ts` blocks of a Markdown file that are followed by a `text` block with their output. */
export async function readmeExamples(readme: URL): Promise<ReadmeExample[]> {
  const text = await readFile(readme, 'utf8');
  return [...text.matchAll(EXAMPLE)].map(([, code, output]) => ({ code: code!, output: output! }));
}

/**
 * Runs code, an ES module, as `runNode` does.
 *
 * @param folder the package it belongs to, a directory; imports resolve from there
 */
export const runExample = (code: string, folder: URL): Promise<string> =>
  runNode({ arguments: ['--input-type=module', '-'], input: code }, folder);
