import { SampleError } from '@d2v/core';

/** A line of a table that is not empty. */
export interface Row {
  readonly cells: readonly string[];
  /** Counts from 1; of a cell that spans lines, the first. */
  readonly line: number;
}

/**
 * CSV (RFC 4180): quoted cells may hold commas, line ends and doubled quotes. Empty lines are left out.
 * @throws SampleError naming the line where a quote is not closed
 */
export function parseCsv(text: string, source: string): Row[] {
  const rows: Row[] = [];
  const pattern = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/y;
  let [line, first, cells]: [number, number, string[]] = [1, 1, []];
  for (let at = text.startsWith('\uFEFF') ? 1 : 0; at < text.length || cells.length > 0;) {
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    if (!match) {
      throw new SampleError(`${source}:${line}`, 'a quote is in the wrong place or is not closed', {
        hint: 'put the whole cell in quotes and double those within',
      });
    }
    const [all, quoted, plain = '', end] = match;
    cells.push(quoted === undefined ? plain.trim() : quoted.replaceAll('""', '"'));
    at += all.length;
    line += all.split('\n').length - 1;
    if (end === ',') continue;
    if (cells.some((cell) => cell !== '')) rows.push({ cells, line: first });
    [cells, first] = [[], line];
  }
  return rows;
}

/** Tab-separated values: cells hold neither tabs nor line ends, and quotes are quotes. Empty lines are left out. */
export function parseTsv(text: string): Row[] {
  return text
    .replace(/^\uFEFF/, '')
    .split('\n')
    .map((row, i) => ({ cells: row.replace(/\r$/, '').split('\t'), line: i + 1 }))
    .filter(({ cells }) => cells.some((cell) => cell.trim() !== ''));
}
