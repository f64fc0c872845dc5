import { SampleError } from '../errors.js';

/** How a table of cells is written. */
export interface DelimitedOptions {
  /** One character that separates cells: ',' or '\t'. */
  readonly delimiter: string;
  /** Cells may be in double quotes, with delimiters, line ends and doubled quotes inside; else quotes are quotes. */
  readonly quotes: boolean;
}

/** Comma-separated values (RFC 4180). */
export const CSV: DelimitedOptions = { delimiter: ',', quotes: true };

/** Tab-separated values: cells hold neither tabs nor line ends. */
export const TSV: DelimitedOptions = { delimiter: '\t', quotes: false };

/** A row of cells and the line that it starts on, counted from 1. */
export interface DelimitedRow {
  readonly cells: readonly string[];
  readonly line: number;
}

/**
 * Parses delimited text. Rows end with LF or CRLF; cells are not trimmed; empty lines are left out.
 *
 * @param source what errors call the text
 * @throws SampleError naming source:line for a quote that is never closed, that text follows or that stands within a cell
 */
export function* parseDelimited(
  text: string,
  { delimiter, quotes }: DelimitedOptions,
  source: string,
): Generator<DelimitedRow> {
  let at = text.startsWith('\ufeff') ? 1 : 0;
  let line = 1;
  while (at < text.length) {
    const cells: string[] = [];
    const start = line;
    for (;;) {
      const where = `${source}:${line}`;
      const quoted = quotes && text[at] === '"';
      const end = quoted ? closingQuote(text, at, where) : cellEnd(text, at, delimiter);
      const cell = quoted ? text.slice(at + 1, end).replaceAll('""', '"') : text.slice(at, end);
      if (quoted) line += cell.split('\n').length - 1;
      else if (quotes && cell.includes('"')) throw misplaced(where, 'a quote stands within a cell');
      at = quoted ? end + 1 : end;
      const rest = text[at] === '\r' && text[at + 1] === '\n' ? '\n' : text[at];
      if (rest !== undefined && rest !== '\n' && rest !== delimiter) {
        throw misplaced(`${source}:${line}`, 'text follows a closing quote');
      }
      cells.push(cell);
      if (rest === delimiter) {
        at++;
        continue;
      }
      at += text[at] === '\r' ? 2 : 1;
      line++;
      break;
    }
    if (cells.length > 1 || cells[0] !== '') yield { cells, line: start };
  }
}

function cellEnd(text: string, at: number, delimiter: string): number {
  let end = at;
  while (end < text.length && text[end] !== delimiter && text[end] !== '\n') {
    if (text[end] === '\r' && text[end + 1] === '\n') break;
    end++;
  }
  return end;
}

function closingQuote(text: string, at: number, where: string): number {
  for (let end = text.indexOf('"', at + 1); end >= 0; end = text.indexOf('"', end + 2)) {
    if (text[end + 1] !== '"') return end;
  }
  throw misplaced(where, 'a quoted cell is never closed');
}

function misplaced(where: string, problem: string): SampleError {
  return new SampleError(where, problem, {
    hint: 'put the whole cell in quotes and write those within twice, or store the table as TSV, where quotes are text',
  });
}
