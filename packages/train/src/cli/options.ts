import { basename, join } from 'node:path';

/** For options that may be given several times. */
export const collect = (value: string, before: readonly string[]): string[] => [...before, value];

/** The run folder of a configuration that names none. */
export const runName = (config: string): string => join('runs', basename(config).replace(/\.ya?ml$/i, ''));
