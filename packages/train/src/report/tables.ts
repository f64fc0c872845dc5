import { formatNumber } from '../progress/format.js';
import type { Cell } from '../progress/table.js';
import { markup, type Child, type Markup } from './markup.js';

/**
 * A table with a caption: numbers to the right and aligned by their digits, text to the left, an absent cell as a dash.
 *
 * @param head one title for each column
 * @param rows at most as many cells as there are columns; the first cell names the row
 */
export function htmlTable(caption: Child, head: readonly string[], rows: readonly (readonly Cell[])[]): Markup {
  const columns = head.map((_, i) => rows.map((row) => row[i]));
  const numeric = columns.map((cells) => cells.some(isNumber) && cells.every((cell) => typeof cell !== 'string'));
  const whole = columns.map((cells) => cells.filter(isNumber).every(Number.isInteger));
  const attributes = (i: number): Markup => (numeric[i] ? markup` class="number"` : markup``);
  const cell = (value: Cell, i: number): Markup =>
    i === 0
      ? markup`<th scope="row"${attributes(i)}>${text(value, whole[i]!)}</th>`
      : markup`<td${attributes(i)}>${text(value, whole[i]!)}</td>`;
  return markup`<div class="scroll" role="region" tabindex="0" aria-label="${typeof caption === 'string' ? caption : 'Table'}">
<table>
<caption>${caption}</caption>
<thead><tr>${head.map((title, i) => markup`<th scope="col"${attributes(i)}>${title}</th>`)}</tr></thead>
<tbody>
${rows.map((row) => markup`<tr>${head.map((_, i) => cell(row[i], i))}</tr>\n`)}</tbody>
</table>
</div>`;
}

const isNumber = (cell: Cell): cell is number => typeof cell === 'number';

/** In a column with fractions, whole numbers get as many digits as the others. */
function text(cell: Cell, whole: boolean): string {
  if (cell === undefined) return '–';
  if (typeof cell === 'string') return cell;
  const isLevel = !whole && Number.isInteger(cell) && Math.abs(cell) >= 1 && Math.abs(cell) < 1000;
  return isLevel ? cell.toPrecision(4).replaceAll('-', '−') : numberText(cell);
}

/** A number as a page shows it: a true minus sign, digits in groups of three. */
export function numberText(value: number): string {
  const grouped =
    Number.isInteger(value) && Math.abs(value) < 1e9 ? value.toLocaleString('en-US') : formatNumber(value);
  return grouped.replaceAll('-', '−');
}
