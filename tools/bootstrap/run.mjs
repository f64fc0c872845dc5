import { spawnSync } from 'node:child_process';

/**
 * Runs a command to its end, its output shown.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd: string, env?: NodeJS.ProcessEnv, shell?: boolean, quiet?: boolean }} options `quiet`: its output is
 *   kept and returned instead
 * @returns {{ status: number | null, error?: Error, output: string }}
 */
export function run(command, args, { cwd, env, shell = false, quiet = false }) {
  const result = spawnSync(command, args, {
    cwd,
    shell,
    env: { ...process.env, ...env },
    encoding: 'utf8',
    maxBuffer: 64 * 2 ** 20,
    stdio: quiet ? ['ignore', 'pipe', 'pipe'] : 'inherit',
  });
  return { status: result.status, error: result.error, output: `${result.stdout ?? ''}${result.stderr ?? ''}` };
}
