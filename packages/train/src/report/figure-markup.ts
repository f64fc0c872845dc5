import type { Pool } from '../features/index.js';
import type { NeighbourFeatures, NeighbourRow, ReportFigures } from './figures.js';
import { markup, trusted, type Markup } from './markup.js';
import type { Shown } from './samples.js';

/** Masks drawn on samples. */
export function maskSection({ masks }: ReportFigures): Markup | undefined {
  if (masks.length === 0) return undefined;
  const hidden = masks.flatMap(({ masked }) => masked.map((mask) => mask.hidden));
  const mean = hidden.reduce((sum, share) => sum + share, 0) / hidden.length;
  return markup`<section id="masks">
<h2>Masks</h2>
<p class="lead">What the student does not see. It predicts the teacher’s features of the hidden tokens from the visible ones, so masks should leave a hint of what is hidden, but not more. On average ${percent(mean)} of the tokens are hidden here.</p>
<div class="strips">
${masks.map(
  ({ name, figure, masked }) => markup`<div class="strip">
<figure class="tile">${trusted(figure)}<figcaption>${name}</figcaption></figure>
${masked.map((mask) => markup`<figure class="tile">${trusted(mask.figure)}<figcaption>${percent(mask.hidden)} hidden</figcaption></figure>`)}
</div>`,
)}
</div>
</section>
`;
}

/** Held-out samples, each with its nearest neighbours. */
export function neighbourSection({ neighbours, gallery, features }: ReportFigures): Markup | undefined {
  if (neighbours.length === 0) return undefined;
  return markup`<section id="neighbours">
<h2>Nearest neighbours</h2>
<p class="lead">Left, a held-out sample; right of it, the most similar of ${gallery} training samples by the cosine of their features, ${described(features)}. Features are good when neighbours share what matters to you, not just brightness or colour. ${agreement(neighbours)}</p>
${neighbours.map(
  ({ query, neighbours: near }) => markup`<div class="strip neighbours">
${tile(query, 'query', 'held out')}
${near.map((neighbour) => tile(neighbour, sameLabel(query, neighbour), neighbour.similarity.toFixed(3)))}
</div>`,
)}
</section>
`;
}

const POOLED: Readonly<Record<Pool, string>> = {
  mean: 'averaged over tokens',
  cls: 'those of the extra token',
  first: 'those of the first token',
  'mean+cls': 'averaged over tokens, with those of the extra token',
  tokens: 'token by token',
  pyramid: 'averaged over parts',
};

const described = ({ pool = 'mean', whiten }: NeighbourFeatures): string =>
  POOLED[pool] + (whiten === undefined ? '' : ', whitened');

function tile(shown: Shown, kind: string, note: string): Markup {
  const { name, label, figure } = shown;
  const judged = kind === 'same' ? ' ✓' : kind === 'other' ? ' ✗' : '';
  return markup`<figure class="tile ${kind}">${figure ? trusted(figure) : markup`<div class="no-figure">${name}</div>`}<figcaption title="${name}">${label !== undefined && markup`<strong>${label}${judged}</strong> `}<span class="note">${note}</span></figcaption></figure>`;
}

function sameLabel(query: Shown, neighbour: Shown): 'same' | 'other' | 'unlabelled' {
  if (query.label === undefined || neighbour.label === undefined) return 'unlabelled';
  return query.label === neighbour.label ? 'same' : 'other';
}

function agreement(rows: readonly NeighbourRow[]): string {
  const judged = rows.flatMap(({ query, neighbours }) => neighbours.map((near) => sameLabel(query, near)));
  const labelled = judged.filter((kind) => kind !== 'unlabelled').length;
  if (labelled === 0) return '';
  const same = judged.filter((kind) => kind === 'same').length;
  return `${same} of these ${labelled} neighbours have their query’s class, which the model was not told.`;
}

/** Samples beside their coloured tokens. */
export function tokenSection({ tokens }: ReportFigures): Markup | undefined {
  if (!tokens) return undefined;
  const [first, second, third] = tokens.explained;
  return markup`<section id="tokens">
<h2>Token features</h2>
<p class="lead">Each token is coloured by its features: their first three principal components, over all samples here together, as red, green and blue. Tokens of like meaning should get like colours, across samples too; one flat colour everywhere is a sign of collapse. The components hold ${percent(first!)}, ${percent(second!)} and ${percent(third!)} of the variance.</p>
<div class="strips">
${tokens.samples.map(
  ({ name, figure, colours }) => markup`<div class="strip">
<figure class="tile">${trusted(figure)}<figcaption>${name}</figcaption></figure>
<figure class="tile">${trusted(colours)}<figcaption>features</figcaption></figure>
</div>`,
)}
</div>
</section>
`;
}

/** Why masks, neighbours and token features are not shown. */
export function noFiguresSection(reason: string | undefined): Markup | undefined {
  if (reason === undefined) return undefined;
  return markup`<section id="no-figures">
<h2>Figures</h2>
<p>Masks, nearest neighbours and token features could not be drawn:</p>
<pre><code>${reason}</code></pre>
</section>
`;
}

const percent = (share: number): string => `${Math.round(100 * share)} %`;
