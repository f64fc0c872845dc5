import { ShapeError, type Figures } from '@d2v/core';
import type { TextSample } from '../sample.js';
import { piecesOf, type Piece } from './pieces.js';

/** Tokens that are shown of a text. */
const SHOWN = 160;

/** Share of white in a token's colour, so that black text can be read on it. */
const WHITE = 0.45;

/** Paragraphs for the report: the text, its masked tokens as grey bars, its tokens on their features' colours. */
export const textFigures: Figures<TextSample> = {
  sample: (sample) => paragraph(sample, ({ text, special }) => span(text, special ? FAINT : undefined)),

  masked(sample, mask) {
    checkCount('mask values', mask.length, sample);
    return paragraph(sample, ({ text, special }, i) => {
      if (!mask[i]) return span(text, special ? FAINT : undefined);
      const [space, word] = /^\s/.test(text) ? [text[0]!, text.slice(1)] : ['', text];
      return span(space) + span('\u2003'.repeat(Math.max(1, Math.round([...word].length / 2))), BAR);
    });
  },

  tokens(sample, rgb) {
    if (rgb.length % 3 !== 0) throw new ShapeError(`figures: 3 values a token are needed, got ${rgb.length} values`);
    checkCount('colours', rgb.length / 3, sample);
    return paragraph(sample, ({ text }, i) => {
      const channels = Array.from(rgb.subarray(3 * i, 3 * i + 3), (value) => {
        const clear = Math.min(1, Math.max(0, value));
        return Math.round(255 * (WHITE + (1 - WHITE) * clear));
      });
      return span(text, `background:rgb(${channels.join(',')});color:#000`);
    });
  },
};

const FAINT = 'opacity:.45;font-size:.8em';
const BAR = 'background:#8a8a8a;border-radius:2px';

/** @throws ShapeError when there are fewer values than tokens; those of padding are left over */
function checkCount(what: string, count: number, { name, ids }: TextSample): void {
  if (count >= ids.length) return;
  throw new ShapeError(`figures: ${count} ${what} for the ${ids.length} tokens of ${name}`, {
    hint: 'the mask or colours must belong to this text, without extra tokens',
  });
}

function paragraph(sample: TextSample, draw: (piece: Piece, index: number) => string): string {
  const pieces = piecesOf(sample);
  const shown = pieces.slice(0, SHOWN).map(draw).join('');
  const rest = pieces.length > SHOWN ? span(' …', FAINT) : '';
  const style = 'margin:0;max-width:34em;line-height:1.6;white-space:pre-wrap;overflow-wrap:anywhere;text-align:left';
  return `<p style="${style}" title="${escaped(sample.name)}">${shown}${rest}</p>`;
}

function span(text: string, style?: string): string {
  if (text === '') return '';
  return style === undefined ? escaped(text) : `<span style="${style}">${escaped(text)}</span>`;
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

const escaped = (text: string): string => text.replace(/[&<>"]/g, (character) => entities[character]!);
