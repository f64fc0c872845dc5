import { SampleError } from '@d2v/core';

export interface CsvOptions {
  readonly delimiter: string;
  readonly quotes: boolean;
}

/** A row of cells and the line that it starts on, counted from 1. */
export interface CsvRow {
  readonly cells: readonly string[];
  readonly line: number;
}

/**
 * Parses a table of cells (RFC 4180): with `quotes`, a cell in double quotes may hold delimiters, line ends, and quotes
 * written twice. Empty lines are left out.
 *
 * @param source what errors call the text
 * @throws SampleError naming source:line for a quote that is never closed or that text follows
 */
export function* parseCsv(text: string, { delimiter, quotes }: CsvOptions, source: string): Generator<CsvRow> {
  let at = text.startsWith('\ufeff') ? 1 : 0;
  let line = 1;
  while (at < text.length) {
    const cells: string[] = [];
    const start = line;
    for (;;) {
      const quoted = quotes && text[at] === '"';
      const end = quoted ? closingQuote(text, at, `${source}:${line}`) : cellEnd(text, at, delimiter);
      const cell = quoted ? text.slice(at + 1, end).replaceAll('""', '"') : text.slice(at, end);
      if (quoted) line += cell.split('\n').length - 1;
      at = quoted ? end + 1 : end;
      const rest = text[at] === '\r' && text[at + 1] === '\n' ? '\n' : text[at];
      if (rest !== undefined && rest !== '\n' && rest !== delimiter) {
        throw new SampleError(`${source}:${line}`, 'text follows a closing quote', {
          hint: 'write a quote within a quoted cell twice, or set quotes: false',
        });
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
  throw new SampleError(where, 'a quoted cell is never closed', { hint: 'close it, or set quotes: false' });
}
