import type { Confusion } from '../confusion/index.js';
import { markup, type Markup } from './markup.js';
import type { RunRecord } from './run-record.js';
import { htmlTable, numberText } from './tables.js';

/** With more classes than this, a matrix does not fit a page: the most frequent confusions say more. */
const MOST_CLASSES = 60;

/** Pairs of classes that are listed. */
const LISTED = 12;

/** What a classifier took for what: the matrix, and the pairs of classes that it mistakes most often. */
export function confusionSection({ confusion: record }: RunRecord): Markup | undefined {
  if (!record) return undefined;
  const { update, classes, confusion } = record;
  const mistakes = mistakesOf(confusion).slice(0, LISTED);
  const rows = mistakes.map(({ label, predicted, samples, percent }) => [classes[label], classes[predicted], samples, percent]); // prettier-ignore
  return markup`<section id="confusion">
<h2>Confusion</h2>
<p class="lead">What ${numberText(confusion.samples)} held-out samples were taken for by the validation at update ${numberText(update)}; ${numberText(confusion.accuracy)} % are right.</p>
${classes.length <= MOST_CLASSES && matrix(confusion, classes)}
${rows.length > 0 && htmlTable('The most frequent mistakes', ['Class', 'Taken for', 'Samples', '% of the class'], rows)}
</section>
`;
}

/** Percent of colour where the whole row is: text stays legible on it. */
const DARKEST = 45;

/** A row for each class, a column for each prediction; the colour is the share of the row. */
function matrix({ counts }: Confusion, classes: readonly string[]): Markup {
  const cell = (samples: number, total: number, label: number, predicted: number): Markup => {
    if (samples === 0) return markup`<td></td>`;
    const kind = label === predicted ? 'right' : 'wrong';
    const tint = `${((DARKEST * samples) / total).toFixed(0)}%`;
    const title = `${classes[label]} taken for ${classes[predicted]}: ${samples} of ${total}`;
    return markup`<td class="${kind}" style="--tint: ${tint}" title="${title}">${samples}</td>`;
  };
  const body = counts.map((row, label) => {
    const total = row.reduce((sum, samples) => sum + samples, 0);
    const cells = row.map((samples, predicted) => cell(samples, total, label, predicted));
    return markup`<tr><th scope="row">${classes[label]}</th>${cells}</tr>\n`;
  });
  return markup`<div class="scroll" role="region" tabindex="0" aria-label="Confusion matrix">
<table class="matrix" style="--classes: ${classes.length}">
<caption>A row is a class, a column what it was taken for. Numbers are samples, colours shares of the row.</caption>
<thead><tr><td></td>${classes.map((name) => markup`<th scope="col"><span>${name}</span></th>`)}</tr></thead>
<tbody>
${body}</tbody>
</table>
</div>
`;
}

interface Mistake {
  readonly label: number;
  readonly predicted: number;
  readonly samples: number;
  /** Of the class's samples. */
  readonly percent: number;
}

/** The most frequent first. */
function mistakesOf({ counts }: Confusion): Mistake[] {
  return counts
    .flatMap((row, label) => {
      const total = row.reduce((sum, samples) => sum + samples, 0);
      return row.flatMap((samples, predicted) =>
        samples > 0 && predicted !== label ? [{ label, predicted, samples, percent: (100 * samples) / total }] : [],
      );
    })
    .sort((a, b) => b.samples - a.samples);
}
