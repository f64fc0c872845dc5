import type { EvaluationDetail } from '@d2v/core';
import { CharacterConfusions, editHtml } from '../ctc/index.js';

/** Utterances that are shown. */
const SHOWN = 8;
/** What a character is heard as, in its row. */
const ALTERNATIVES = 4;

/** Takes in what was said and what was heard, for a report. */
export class TranscriptionDetails {
  readonly #confusions = new CharacterConfusions();
  readonly #shown: string[] = [];

  add(reference: string, hypothesis: string): void {
    this.#confusions.add(reference, hypothesis);
    if (this.#shown.length < SHOWN) this.#shown.push(editHtml(reference, hypothesis, 'character'));
  }

  sections(): EvaluationDetail[] {
    if (this.#shown.length === 0) return [];
    return [
      {
        title: 'Transcripts',
        html: `<p>What was said above what was heard; missing or wrong characters are struck out, what was heard instead is underlined.</p>${this.#shown.join('')}`,
      },
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

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

const shown = (character: string): string =>
  character === ' ' ? '<i>space</i>' : character.replace(/[&<>"]/g, (one) => ENTITIES[one]!);
