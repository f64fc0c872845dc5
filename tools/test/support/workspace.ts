import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify, stripVTControlCharacters } from 'node:util';
import { workspaceRoot } from '../../bootstrap/root.mjs';

export { workspaceRoot };

export const nx = join(workspaceRoot, 'node_modules', 'nx', 'dist', 'bin', 'nx.js');

export interface Outcome {
  readonly status: number;
  /** Standard output, then standard error, without colours. */
  readonly output: string;
}

/** Runs a command as a user would, not as a child of jest, npm or Nx. */
export async function command(file: string, args: readonly string[], cwd: string): Promise<Outcome> {
  try {
    const { stdout, stderr } = await promisify(execFile)(file, args, { cwd, env: environment(), maxBuffer: 2 ** 26 });
    return { status: 0, output: stripVTControlCharacters(stdout + stderr) };
  } catch (error) {
    const { code, stdout = '', stderr = '' } = error as { code?: number | string; stdout?: string; stderr?: string };
    if (typeof code !== 'number') throw error;
    return { status: code, output: stripVTControlCharacters(stdout + stderr) };
  }
}

/** `command` that must succeed; returns what it printed. */
export async function succeed(file: string, args: readonly string[], cwd: string): Promise<string> {
  const { status, output } = await command(file, args, cwd);
  if (status !== 0) throw new Error(`${file} ${args.join(' ')} ended with ${status} in ${cwd}:\n${output}`);
  return output;
}

/** A folder that is removed after the tests of the file. */
export function temporaryFolder(): () => Promise<string> {
  const folders: string[] = [];
  afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true }))));
  return async () => {
    const folder = await mkdtemp(join(tmpdir(), 'd2v-tools-'));
    folders.push(folder);
    return folder;
  };
}

export async function readJson<T>(...path: string[]): Promise<T> {
  return JSON.parse(await readFile(join(...path), 'utf8')) as T;
}

function environment(): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(
    ([name]) =>
      !/^(npm_(?!config_(cache|cafile|registry))|NX_|JEST_|D2V_TEST_RESULTS$|NODE_OPTIONS$|FORCE_COLOR$|INIT_CWD$)/i.test(
        name,
      ),
  );
  return {
    ...Object.fromEntries(inherited),
    CI: 'true',
    NX_DAEMON: 'false',
    NX_NO_CLOUD: 'true',
    NX_TUI: 'false',
  };
}
