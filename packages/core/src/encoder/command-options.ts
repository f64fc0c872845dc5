import { ConfigError } from '../errors.js';
import type { CommandInput } from './command.js';

/**
 * The value of a command's option that is a number; undefined where it is not given.
 *
 * @param flag what an error calls the option: `--beam`
 * @param fits whether a number will do
 * @param wanted what will do, in words: 'a number from 0 up'
 * @throws ConfigError naming the option when it is no number, or one that will not do
 */
export function numberOption(
  value: CommandInput['options'][string],
  flag: string,
  fits: (value: number) => boolean,
  wanted: string,
): number | undefined {
  if (value === undefined) return undefined;
  const number = value === '' ? NaN : Number(value);
  if (fits(number)) return number;
  throw new ConfigError(`${flag} is '${value}'`, { key: flag, hint: `give ${wanted}` });
}

/** As `numberOption`, of a whole number from `least` up. */
export const wholeNumberOption = (
  value: CommandInput['options'][string],
  flag: string,
  least: number,
): number | undefined =>
  numberOption(value, flag, (n) => Number.isInteger(n) && n >= least, `a whole number from ${least} up`);
