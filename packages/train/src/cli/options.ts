import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { ConfigError } from '@d2v/core';
import { InvalidArgumentError, Option, type Command } from 'commander';
import { parse } from 'yaml';
import type { DatasetDescription } from '../api/open-data.js';
import type { CheckpointChoice, WeightsChoice } from '../api/load-run.js';
import { POOLS, type Pool } from '../features/index.js';

/** For options that may be given several times. */
export const collect = (value: string, before: readonly string[]): string[] => [...before, value];

/** The run folder of a configuration that names none. */
export const runName = (config: string): string => join('runs', basename(config).replace(/\.ya?ml$/i, ''));

/** A whole number ≥ 1. */
export function count(value: string): number {
  const number = Number(value);
  if (Number.isInteger(number) && number >= 1) return number;
  throw new InvalidArgumentError('a whole number from 1 up is needed');
}

/** What a command that reads a run's weights offers. */
export interface WeightOptions {
  readonly checkpoint?: CheckpointChoice;
  readonly weights: WeightsChoice;
}

export function withWeights(command: Command): Command {
  return command
    .option('--checkpoint <which>', 'latest, best or an update; default: latest', (value): CheckpointChoice => {
      if (value === 'latest' || value === 'best') return value;
      return count(value);
    })
    .addOption(
      new Option('--weights <which>', 'of the student or the averaging teacher')
        .choices(['student', 'teacher'])
        .default('teacher'),
    );
}

/** What a command that computes features offers. */
export interface FeatureOptions extends WeightOptions {
  readonly pool: Pool;
  readonly layers?: number;
  readonly batchSize?: number;
}

export function withFeatures(command: Command): Command {
  return withWeights(command)
    .addOption(
      new Option(
        '--pool <how>',
        'how tokens become one vector: their mean, the first, the cls token, mean and cls, all tokens, or means of the whole, 2 × 2 and 3 × 3 parts',
      )
        .choices([...POOLS])
        .default('mean'),
    )
    .option('--layers <n>', 'average the outputs of the last n blocks', count)
    .option('--batch-size <n>', 'samples at once', count);
}

/**
 * Dataset descriptions by name from a YAML file: `train: { reader: folder, path: photos }`.
 *
 * @throws ConfigError when the file lacks a name that is wanted
 */
export async function readDatasets<Name extends string>(
  file: string,
  names: readonly Name[],
): Promise<Record<Name, DatasetDescription>> {
  const text = await readFile(file, 'utf8').catch((cause: Error) => {
    throw new ConfigError(`cannot read ${file}: ${cause.message}`, { cause });
  });
  const value = parse(text) as Record<string, unknown> | null;
  const sections = (value?.data ?? value) as Record<string, DatasetDescription> | null;
  for (const name of names) {
    if (typeof sections?.[name]?.reader === 'string') continue;
    throw new ConfigError(`${file}: '${name}' is missing`, {
      key: name,
      hint: `write ${name}: { reader: folder, path: … }`,
    });
  }
  return sections as Record<Name, DatasetDescription>;
}
