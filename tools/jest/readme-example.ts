import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

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
 * Runs code in a fresh Node.js as a user of the packages would, sources instead of builds.
 *
 * @param folder the package it belongs to, a directory; imports resolve from there
 * @returns what it printed
 * @throws Error with what it wrote to the standard error when it fails
 */
export function runExample(code: string, folder: URL): Promise<string> {
  const options = ['--conditions=@d2v/source', '--import', 'tsx', '--input-type=module', '-'];
  const env = { ...process.env, FORCE_COLOR: undefined }; // set by nx, it would colour what is compared
  const child = spawn(process.execPath, options, { cwd: fileURLToPath(folder), stdio: 'pipe', env });
  let printed = '';
  let complaints = '';
  child.stdout.on('data', (chunk: Buffer) => (printed += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (complaints += chunk.toString()));
  child.stdin.end(code);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (status) => {
      if (status === 0) resolve(printed);
      else reject(new Error(`the example ended with status ${status}:\n${complaints}`));
    });
  });
}
