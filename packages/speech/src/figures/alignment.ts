import type { DecodedLabel } from '../ctc/index.js';
import { coordinate } from './envelope.js';
import { escaped } from '../escaped.js';

/** Two readings of one utterance. */
export interface Alignment {
  /** The transcript's characters where its most probable path says them. */
  readonly said: readonly DecodedLabel[];
  /** What was decoded. */
  readonly heard: readonly DecodedLabel[];
}

export interface AlignmentOptions {
  /** The character of a class. */
  readonly character: (label: number) => string;
  /** Seconds from one frame to the next. */
  readonly frameSeconds: number;
}

/** Sizes in CSS pixels; a character is some 7 wide, as a frame of 20 ms is. */
const SECOND = 330;
const SECONDS_PER_LINE = 3;
const LINE = 66;
const SAID = 16;
const HEARD = 34;
const TICK = 50;
const MARGIN = 44;

/** Where characters are said, above what is heard there, on a time axis in lines of 3 s: the fainter, the less probable. */
export function alignmentFigure({ said, heard }: Alignment, { character, frameSeconds }: AlignmentOptions): string {
  const last = Math.max(0, ...[...said, ...heard].map(({ end }) => end)) * frameSeconds;
  const lines = Math.floor(last / SECONDS_PER_LINE) + 1;
  const place = (seconds: number, height: number): string => {
    const line = Math.floor(seconds / SECONDS_PER_LINE);
    const x = MARGIN + (seconds - line * SECONDS_PER_LINE) * SECOND;
    return `x="${coordinate(x)}" y="${line * LINE + height}"`;
  };
  const letters = (path: readonly DecodedLabel[], height: number): string[] =>
    path.map(({ label, start, confidence }) => {
      const opacity = (0.25 + 0.75 * confidence).toFixed(2);
      return `<text ${place(start * frameSeconds, height)} opacity="${opacity}">${escaped(character(label))}</text>`;
    });
  const axis = Array.from({ length: lines }, (_, line) => {
    const top = line * LINE;
    const ticks = Array.from({ length: 2 * SECONDS_PER_LINE }, (_, i) => {
      const seconds = line * SECONDS_PER_LINE + i / 2;
      return `<text ${place(seconds, TICK)} font-size="10" opacity="0.7">${seconds} s</text>`;
    });
    const name = (text: string, height: number): string => `<text x="0" y="${top + height}" font-size="10" opacity="0.7">${text}</text>`; // prettier-ignore
    return name('said', SAID) + name('heard', HEARD) + ticks.join('');
  });
  const [width, height] = [MARGIN + SECONDS_PER_LINE * SECOND + 12, lines * LINE];
  const label = `Alignment: ${said.map(({ label }) => character(label)).join('')}`;
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${escaped(label)}" ` +
    `font-family="monospace" font-size="12" fill="currentColor">${axis.join('')}${letters(said, SAID).join('')}${letters(heard, HEARD).join('')}</svg>`
  );
}
