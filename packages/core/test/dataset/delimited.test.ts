import fc from 'fast-check';
import { CSV, parseDelimited, parseJsonObject, parseTable, SampleError, TSV } from '../../src/index.js';

const csv = (text: string) => [...parseDelimited(text, CSV, 'x.csv')];

describe('delimited text', () => {
  test('quoted cells hold delimiters, line ends and quotes; lines are counted through them', () => {
    expect(csv('\uFEFFa,"b\nc, ""d""",\r\n\ne,f,g')).toEqual([
      { cells: ['a', 'b\nc, "d"', ''], line: 1 },
      { cells: ['e', 'f', 'g'], line: 4 },
    ]);
  });

  test('in TSV quotes are text', () => {
    const rows = [...parseDelimited('She said "hi".\t\r\n"a\tb"\n', TSV, 'x.tsv')];
    expect(rows.map(({ cells }) => cells)).toEqual([
      ['She said "hi".', ''],
      ['"a', 'b"'],
    ]);
  });

  test('any cells come back, with the lines that they start on', () => {
    const cell = fc.string({ unit: fc.constantFrom('a', ',', '"', '\n', '\r\n', ' ', '猫') });
    fc.assert(
      fc.property(fc.array(fc.array(cell, { minLength: 2, maxLength: 4 }), { minLength: 1, maxLength: 5 }), (table) => {
        const lines = table.map((row) => row.map((each) => `"${each.replaceAll('"', '""')}"`).join(','));
        const rows = csv(lines.join('\n'));
        expect(rows.map(({ cells }) => cells)).toEqual(table);
        const starts = lines.map((_, i) => lines.slice(0, i).join('\n').split('\n').length + (i > 0 ? 1 : 0));
        expect(rows.map(({ line }) => line)).toEqual(starts);
      }),
    );
  });

  test.each([
    ['a,b\nc,"d', 'x.csv:2: a quoted cell is never closed'],
    ['a,b\n"c"d,e', 'x.csv:2: text follows a closing quote'],
    ['a,b\n"c\n" ,e', 'x.csv:3: text follows a closing quote'],
    ['a,b\nc, "d, e"', 'x.csv:2: a quote stands within a cell'],
  ])('%j names file and line', (text, problem) => {
    expect(() => csv(text)).toThrow(SampleError);
    expect(() => csv(text)).toThrow(problem);
  });
});

describe('tables', () => {
  test('the first row names the columns; rows of empty cells are left out', () => {
    expect(parseTable('a, b\n1,2\n,\n 3 ,4\n', CSV, 'x.csv')).toEqual([
      { name: 'x.csv:2', line: 2, cells: { a: '1', b: '2' } },
      { name: 'x.csv:4', line: 4, cells: { a: ' 3 ', b: '4' } },
    ]);
  });

  test('columns are named by the caller, or numbered', () => {
    expect(parseTable('1\t2', { ...TSV, header: ['x', 'y'] }, 'x')).toMatchObject([{ cells: { x: '1', y: '2' } }]);
    expect(parseTable('1\t2', { ...TSV, header: 'numbered' }, 'x')).toMatchObject([{ cells: { 0: '1', 1: '2' } }]);
  });

  test('a row of more or fewer cells is an error of its own', () => {
    const [more, right, fewer] = parseTable('a,b\n1,2,3\n1,2\n1\n', CSV, 'x.csv');
    expect(more).toBeInstanceOf(SampleError);
    expect((more as SampleError).message).toMatch(/^x\.csv:2: 3 cells under the 2 columns/);
    expect(right).toMatchObject({ line: 3 });
    expect((fewer as SampleError).message).toMatch(/^x\.csv:4: 1 cells under the 2 columns/);
  });

  test.each([
    ['{"a": NaN}', 'x:1: not JSON'],
    ['["a"]', 'x:1: not a JSON object'],
    ['null', 'x:1: not a JSON object'],
  ])('%j is no row of JSON lines', (text, problem) => {
    expect(() => parseJsonObject(text, 'x:1', 'write {"a": 1}')).toThrow(problem);
    expect(() => parseJsonObject(text, 'x:1', 'write {"a": 1}')).toThrow('write {"a": 1}');
  });
});
