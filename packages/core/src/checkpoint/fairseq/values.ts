/** A fairseq configuration: nested records of plain values under fairseq's own key names. */
export type Config = Readonly<Record<string, unknown>>;

export const number = (source: Config, key: string, fallback = 0): number => (source[key] ?? fallback) as number;
export const flag = (source: Config, key: string): boolean => source[key] === true;
export const record = (source: Config, key: string): Config => (source[key] ?? {}) as Config;
