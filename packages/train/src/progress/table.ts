import { formatNumber } from './format.js';

export type Cell = string | number | undefined;

/**
 * Rows as an aligned table for a console: numbers to the right, text to the left, an absent cell as a dash.
 *
 * @param head one title for each column
 * @param rows at most as many cells as there are columns
 */
export function table(head: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const columns = head.map((title, i) => {
    const cells = rows.map((row) => row[i]);
    const numeric = cells.some((cell) => typeof cell === 'number') && cells.every((cell) => typeof cell !== 'string');
    const texts = [title, ...cells.map(text)];
    const width = Math.max(...texts.map(length));
    const space = (value: string): string => ' '.repeat(width - length(value));
    const align = (value: string): string => (numeric ? space(value) + value : value + space(value));
    return { lines: texts.map(align), width };
  });
  const line = (i: number): string =>
    columns
      .map(({ lines }) => lines[i])
      .join('  ')
      .trimEnd();
  const rule = columns.map(({ width }) => '─'.repeat(width)).join('  ');
  return [line(0), rule, ...rows.map((_, i) => line(i + 1))].join('\n');
}

function text(cell: Cell): string {
  if (cell === undefined) return '–';
  return typeof cell === 'number' ? formatNumber(cell) : cell;
}

/** Characters, not UTF-16 units. */
function length(value: string): number {
  return [...value].length;
}
