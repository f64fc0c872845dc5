import { ConfigError } from '@d2v/core';

/**
 * The value of an option that is a whole number.
 *
 * @throws ConfigError naming the option when it is none, or below `least`
 */
export function wholeNumber(value: string | boolean | undefined, flag: string, least: number): number | undefined {
  if (value === undefined) return undefined;
  const number = value === '' ? NaN : Number(value);
  if (Number.isInteger(number) && number >= least) return number;
  throw new ConfigError(`${flag} is '${value}'`, { key: flag, hint: `give a whole number from ${least} up` });
}
