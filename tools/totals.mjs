import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

/** @typedef {{ name: string, passed: number, failed: number, skipped: number }} Totals */

/**
 * What the reporter of the tests wrote below a folder, one entry a package.
 *
 * @param {string} folder
 * @returns {Totals[]}
 */
export function readTotals(folder) {
  if (!existsSync(folder)) return [];
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.json'));
  return files.sort().map((file) => ({
    name: basename(file, '.json'),
    ...JSON.parse(readFileSync(join(folder, file), 'utf8')),
  }));
}

/**
 * @param {readonly Totals[]} totals
 */
export function sum(totals) {
  const add = (/** @type {'passed' | 'failed' | 'skipped'} */ key) => totals.reduce((all, each) => all + each[key], 0);
  return { passed: add('passed'), failed: add('failed'), skipped: add('skipped') };
}
