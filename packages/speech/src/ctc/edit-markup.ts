import { escaped } from '../escaped.js';
import { alignEdits, wordsOf, type Edit } from './edits.js';

/**
 * Reference above hypothesis, word below word, edits marked in a third line: S substitution, I insertion, D deletion.
 *
 *     REF  the cat sat ** on the mat
 *     HYP  the bat sat up on *** mat
 *              S       I     D
 */
export function editText(reference: string, hypothesis: string): string {
  const columns = alignEdits(wordsOf(reference), wordsOf(hypothesis)).map((edit) => {
    const cells = [referenceOf(edit), hypothesisOf(edit)];
    const width = Math.max(...cells.map((cell) => [...(cell ?? '')].length));
    return [...cells.map((cell) => pad(cell ?? '*'.repeat(width), width)), pad(MARKS[edit.kind], width)];
  });
  return ['REF ', 'HYP ', '    ']
    .map((name, row) => [name, ...columns.map((column) => column[row]!)].join(' ').trimEnd())
    .join('\n');
}

/**
 * The same as HTML without styles of its own: what the hypothesis lacks or changes in `<del>`, what it has instead in
 * `<ins>`; a substitution's title says both. Character by character, `unit` 'character' marks single letters.
 */
export function editHtml(reference: string, hypothesis: string, unit: 'word' | 'character' = 'word'): string {
  const [split, space] = unit === 'word' ? [wordsOf, ' '] : [(text: string): string[] => [...text], ''];
  const edits = alignEdits(split(reference), split(hypothesis));
  const line = (name: string, cells: readonly (string | undefined)[]): string =>
    `<p class="${name}">${cells.filter((cell) => cell !== undefined).join(space)}</p>`;
  const marked = (tag: 'del' | 'ins', edit: Edit, text: string | undefined): string | undefined => {
    if (text === undefined) return undefined;
    if (edit.kind === 'match') return escaped(text);
    const title = edit.kind === 'substitution' ? `${edit.reference} → ${edit.hypothesis}` : edit.kind;
    return `<${tag} title="${escaped(title)}">${escaped(text)}</${tag}>`;
  };
  const reading = edits.map((edit) => marked('del', edit, referenceOf(edit)));
  const heard = edits.map((edit) => marked('ins', edit, hypothesisOf(edit)));
  return `<div class="edits">${line('reference', reading)}${line('hypothesis', heard)}</div>`;
}

const MARKS: Record<Edit['kind'], string> = { match: '', substitution: 'S', insertion: 'I', deletion: 'D' };

const referenceOf = (edit: Edit): string | undefined => ('reference' in edit ? edit.reference : undefined);
const hypothesisOf = (edit: Edit): string | undefined => ('hypothesis' in edit ? edit.hypothesis : undefined);

const pad = (text: string, width: number): string => text + ' '.repeat(width - [...text].length);
