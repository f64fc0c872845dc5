import type { EvaluationDetail } from '@d2v/core';
import { CharacterConfusions, editHtml } from '../ctc/index.js';
import { escaped } from '../escaped.js';
import { alignmentFigure, type Alignment, type AlignmentOptions } from '../figures/index.js';

/** Utterances that are shown. */
const SHOWN = 8;
/** What a character is heard as, in its row. */
const ALTERNATIVES = 4;

/** Takes in what was said and what was heard, for a report. */
export class TranscriptionDetails {
  readonly #confusions = new CharacterConfusions();
  readonly #shown: string[] = [];
  #alignment: string | undefined;

  add(reference: string, hypothesis: string): void {
    this.#confusions.add(reference, hypothesis);
    if (this.#shown.length < SHOWN) this.#shown.push(editHtml(reference, hypothesis, 'character'));
  }

  /** Whether an utterance is still wanted whose alignment is shown. */
  get unaligned(): boolean {
    return this.#alignment === undefined;
  }

  align(alignment: Alignment, options: AlignmentOptions): void {
    this.#alignment = alignmentFigure(alignment, options);
  }

  sections(): EvaluationDetail[] {
    if (this.#shown.length === 0) return [];
    return [
      {
        title: 'Transcripts',
        html: `<p>What was said above what was heard; missing or wrong characters are struck out, what was heard instead is underlined.</p>${this.#shown.join('')}`,
      },
      ...(this.#alignment === undefined
        ? []
        : [
            {
              title: 'Alignment',
              html: `<p>Where the characters of a transcript are said, by the most probable path that spells it, above what is heard there. The fainter, the less probable.</p><div class="scroll" role="region" tabindex="0" aria-label="Alignment">${this.#alignment}</div>`,
            },
          ]),
      { title: 'Confusion of characters', html: this.#table() },
    ];
  }

  #table(): string {
    const list = (counts: readonly (readonly [string, number])[]): string =>
      counts
        .slice(0, ALTERNATIVES)
        .map(([character, count]) => `${shown(character)} ${count}`)
        .join(', ');
    const rows = this.#confusions.characters().map(({ character, said, right, missed, heardAs }) => {
      const cells = [String(said), ((100 * right) / said).toFixed(1), String(missed), list(heardAs)];
      return `<tr><th scope="row">${shown(character)}</th>${cells.map((cell) => `<td>${cell}</td>`).join('')}</tr>`;
    });
    const head = ['Character', 'said', 'right %', 'missed', 'heard as'].map((name) => `<th scope="col">${name}</th>`);
    const inserted = this.#confusions.inserted();
    const more = inserted.length > 0 ? `<p>Heard where nothing was said: ${list(inserted)}.</p>` : '';
    return `<div class="scroll" role="region" tabindex="0" aria-label="Confusion of characters"><table><thead><tr>${head.join('')}</tr></thead><tbody>${rows.join('')}</tbody></table></div>${more}`;
  }
}

const shown = (character: string): string => (character === ' ' ? '<i>space</i>' : escaped(character));
