import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { SOURCES } from './sources.js';

/** What Node.js is started with. */
export interface NodeCall {
  /** The script and its arguments, or `-` for one on the standard input. */
  readonly arguments: readonly string[];
  readonly input?: string;
}

/**
 * Runs TypeScript in a fresh Node.js as a user of the packages would, sources instead of builds.
 *
 * @param folder the package it belongs to, a directory; imports resolve from there
 * @returns what it printed
 * @throws Error with what it wrote to both outputs when it fails
 */
export function runNode(call: NodeCall, folder: URL): Promise<string> {
  const options = [...SOURCES, ...call.arguments];
  const env = { ...process.env, FORCE_COLOR: undefined }; // set by nx, it would colour what is compared
  const child = spawn(process.execPath, options, { cwd: fileURLToPath(folder), stdio: 'pipe', env });
  let printed = '';
  let complaints = '';
  child.stdout.on('data', (chunk: Buffer) => (printed += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (complaints += chunk.toString()));
  child.stdin.end(call.input);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (status) => {
      if (status === 0) resolve(printed);
      else reject(new Error(`it ended with status ${status}:\n${printed}\n${complaints}`));
    });
  });
}
