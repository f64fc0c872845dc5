// What is measured, kept on disk after every part, so that a table grows over several calls.
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Scores by name, in percent. */
export type Scores = Readonly<Record<string, number>>;

/** One part of the protocol with one seed. */
export interface Result {
  readonly seed: number;
  /** A row of a table: `pre-trained`, `from scratch`, `log-mel statistics`. */
  readonly row: string;
  /** A table: `recognition` or `frozen features`. */
  readonly part: string;
  readonly scores: Scores;
}

/**
 * Results on disk: `results.json`, and `results.md` with the tables. The file is what counts: calls with other seeds may add
 * to the same folder meanwhile.
 */
export class Results {
  constructor(readonly folder: string) {
    mkdirSync(folder, { recursive: true });
  }

  get #stored(): Result[] {
    const file = join(this.folder, 'results.json');
    return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Result[]) : [];
  }

  /** Scores that an earlier call computed, or those that `compute` does, which are added to earlier ones. */
  async add(part: string, row: string, seed: number, names: readonly string[], compute: () => Promise<Scores>) {
    const same = (each: Result): boolean => each.part === part && each.row === row && each.seed === seed;
    const before = this.#stored.find(same)?.scores ?? {};
    if (names.every((name) => name in before)) return;
    const scores = { ...before, ...(await compute()) };
    const results = this.#stored;
    const at = results.findIndex(same);
    results.splice(at < 0 ? results.length : at, at < 0 ? 0 : 1, { part, row, seed, scores });
    write(join(this.folder, 'results.json'), `${JSON.stringify(results, null, 2)}\n`);
    write(join(this.folder, 'results.md'), this.markdown());
  }

  /** A table for each part: mean ± standard deviation over the seeds that are done. */
  markdown(): string {
    const results = this.#stored;
    const parts = [...new Set(results.map(({ part }) => part))];
    return parts
      .map((part) =>
        markdownTable(
          part,
          results.filter((result) => result.part === part),
        ),
      )
      .join('\n');
  }
}

function markdownTable(part: string, results: readonly Result[]): string {
  const columns = [...new Set(results.flatMap(({ scores }) => Object.keys(scores)))];
  const rows = [...new Set(results.map(({ row }) => row))];
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const cell = (row: string, column: string): string =>
    spread(results.flatMap((result) => (result.row === row ? [result.scores[column]] : [])));
  return [
    line([part, ...columns]),
    line(['---', ...columns.map(() => '---:')]),
    ...rows.map((row) => line([row, ...columns.map((column) => cell(row, column))])),
    '',
  ].join('\n');
}

/** Mean and, of several seeds, the sample standard deviation. */
export function spread(values: readonly (number | undefined)[]): string {
  const known = values.filter((value) => value !== undefined);
  if (known.length === 0) return '–';
  const mean = known.reduce((a, b) => a + b, 0) / known.length;
  const squares = known.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const deviation = Math.sqrt(squares / Math.max(1, known.length - 1));
  return known.length > 1 ? `${mean.toFixed(1)} ± ${deviation.toFixed(1)}` : mean.toFixed(1);
}

/** Under another name first, so that a file is never half there. */
function write(path: string, text: string): void {
  writeFileSync(`${path}.new`, text);
  renameSync(`${path}.new`, path);
}
