import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Numbers by what they are of, as `10 %` or `linear`. */
export type Scores = Readonly<Record<string, number>>;

/** Method → seed → scores. */
type Stored = Record<string, Record<string, Scores>>;

/**
 * Results of a protocol, kept in a folder after every part: `results.json`, and `results.md` with means and spreads. The
 * file is what counts: calls with other seeds may add to the same folder meanwhile.
 */
export class Results {
  constructor(
    readonly folder: string,
    readonly columns: readonly string[],
  ) {
    mkdirSync(folder, { recursive: true });
  }

  get #stored(): Stored {
    const file = join(this.folder, 'results.json');
    return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Stored) : {};
  }

  /** Computes a part, unless an earlier call did, and writes the results. */
  async part(method: string, seed: number, names: readonly string[], compute: () => Promise<Scores>): Promise<Scores> {
    const known = this.#stored[method]?.[seed];
    if (known && names.every((name) => known[name] !== undefined)) return known;
    const scores = { ...known, ...(await compute()) };
    const all = this.#stored;
    const whole = { ...all, [method]: { ...all[method], [seed]: scores } };
    write(join(this.folder, 'results.json'), `${JSON.stringify(whole, undefined, 2)}\n`);
    write(join(this.folder, 'results.md'), this.markdown());
    return scores;
  }

  /** Mean ± standard deviation over the seeds. */
  markdown(): string {
    const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |\n`;
    const body = Object.entries(this.#stored).map(([method, seeds]) =>
      row([method, ...this.columns.map((column) => spread(Object.values(seeds).map((scores) => scores[column])))]),
    );
    return row(['', ...this.columns]) + row(['---', ...this.columns.map(() => '---:')]) + body.join('');
  }
}

/** Mean, and standard deviation where there are several. */
export function spread(values: readonly (number | undefined)[]): string {
  const known = values.filter((value) => value !== undefined);
  if (known.length === 0) return '–';
  const mean = known.reduce((sum, value) => sum + value, 0) / known.length;
  if (known.length === 1) return mean.toFixed(1);
  const squares = known.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return `${mean.toFixed(1)} ± ${Math.sqrt(squares / (known.length - 1)).toFixed(1)}`;
}

function write(path: string, content: string): void {
  writeFileSync(`${path}.new`, content);
  renameSync(`${path}.new`, path);
}
