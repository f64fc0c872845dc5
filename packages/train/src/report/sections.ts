import { basename, resolve } from 'node:path';
import { formatSeconds } from '../progress/format.js';
import type { Cell } from '../progress/table.js';
import { markup, type Child, type Markup } from './markup.js';
import { numberAt, textAt } from './lookup.js';
import type { RunRecord } from './run-record.js';
import type { SkippedSample } from './samples.js';
import type { Summary, Verdict } from './summary.js';
import { htmlTable, numberText } from './tables.js';

/** Scores of the features, as `probe` yields them. */
export interface ProbeTable {
  readonly head: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
  /** What the columns measure, on which data. */
  readonly note?: string;
}

/** What ran, how far it got, and the numbers at its end. */
export function headerSection(run: RunRecord, summary: Summary): Markup {
  const { update, total, finished, notFinite } = summary;
  const status = finished ? 'Finished' : total === undefined ? 'In progress' : 'Not finished';
  const progress =
    total === undefined ? `${numberText(update)} updates` : `${numberText(update)} of ${numberText(total)} updates`;
  return markup`<header>
<p class="eyebrow">d2v run report</p>
<h1>${basename(resolve(run.path))}</h1>
<p class="what">${whatRan(run)}</p>
<p class="status"><span class="pill ${finished ? 'done' : 'open'}">${status}</span> ${progress}${times(summary)}${run.lastWritten && markup`, last log entry <time datetime="${run.lastWritten.toISOString()}">${dateText(run.lastWritten)}</time>`}.${!finished && ' The same command goes on where the run is.'}</p>
<p class="status">Backend: ${run.backend ?? `${run.config.backend ?? 'auto'}, as configured`}.</p>
<dl class="numbers">
${facts(summary)}</dl>
${
  notFinite > 0 &&
  markup`<p class="callout bad" role="note">The loss was not finite at ${numberText(notFinite)} logged ${notFinite === 1 ? 'update, which was' : 'updates, which were'} left out. Lower optimizer.learningRate or set optimizer.clipNorm.</p>`
}
</header>
`;
}

function whatRan({ config }: RunRecord): string {
  const objective = textAt(config, 'objective.name');
  const does = objective ? `Pre-training, ${objective}` : `Fine-tuning for ${textAt(config, 'task.name') ?? 'a task'}`;
  const [depth, dim, heads] = ['depth', 'dim', 'heads'].map((key) => numberAt(config, `backbone.${key}`));
  const { batchSize, seed } = config.training;
  return `${does} · ${config.modality} · Transformer of ${depth ?? '?'} blocks, width ${dim ?? '?'}, ${heads ?? '?'} heads · batch of ${numberText(batchSize)} · seed ${seed}`;
}

function times({ sittings }: Summary): string {
  if (sittings < 2) return '';
  return sittings === 2 ? ', resumed once' : `, resumed ${sittings - 1} times`;
}

function facts({ training, validation, best, seconds, samples, skipped }: Summary): Markup[] {
  const validated = Object.entries(validation).filter(([key]) => !key.startsWith('loss') && !key.endsWith('_var'));
  return [
    training.loss !== undefined && fact('Training loss', numberText(training.loss), 'last logged'),
    validation.loss !== undefined && fact('Validation loss', numberText(validation.loss), 'last'),
    ...validated.map(([key, value]) => fact(key, numberText(value), 'last validation')),
    best && fact(`Best ${best.metric}`, numberText(best.value), `at update ${numberText(best.update)}`),
    training.target_var !== undefined && fact('target_var', numberText(training.target_var), 'standard deviation'),
    seconds !== undefined && fact('Training time', formatSeconds(seconds), 'of the log, pauses left out'),
    fact('Samples', numberText(samples), 'learnt from, repetitions counted'),
    training.samples_per_second !== undefined &&
      fact('Throughput', numberText(training.samples_per_second), 'samples/s, last'),
    fact('Skipped samples', numberText(skipped), skipped === 0 ? 'all could be read' : 'could not be read'),
  ].filter((each) => each !== false && each !== undefined);
}

const fact = (name: Child, value: Child, note: Child): Markup =>
  markup`<div><dt>${name}</dt><dd><span class="value">${value}</span> <span class="note">${note}</span></dd></div>
`;

const dateText = (date: Date): string => `${date.toISOString().slice(0, 16).replace('T', ' ')} UTC`;

/** What the collapse monitor says. */
export const verdictCallout = (verdict: Verdict | undefined): Markup | undefined =>
  verdict && markup`<p class="callout ${verdict.healthy ? 'good' : 'bad'}" role="note">${verdict.text}</p>`;

/** The probe's scores. */
export function probeSection(probe: ProbeTable | undefined): Markup | undefined {
  if (!probe) return undefined;
  const caption = probe.note ?? 'Scores of simple classifiers on frozen features';
  return markup`<section id="probe">
<h2>Probe</h2>
<p class="lead">How much a simple classifier gets out of the frozen features. This, not the loss, tells whether pre-training helped: its row should be well above the baselines.</p>
${htmlTable(caption, probe.head, probe.rows)}
</section>
`;
}

/** The checkpoints that are on disk. */
export function checkpointSection({ checkpoints }: RunRecord): Markup | undefined {
  if (checkpoints.length === 0) return undefined;
  const metrics = [...new Set(checkpoints.flatMap(({ state }) => Object.keys(state?.metrics ?? {})))];
  const rows = checkpoints.map(({ update, state }) => [
    update,
    state ? state.epoch : 'damaged',
    ...metrics.map((metric) => state?.metrics[metric]),
  ]);
  return markup`<section id="checkpoints">
<h2>Checkpoints</h2>
${htmlTable('Checkpoints on disk, with the metrics of the validation before them', ['Update', 'Whole epochs', ...metrics], rows)}
</section>
`;
}

/** The resolved configuration, folded. */
export const configSection = ({ configText }: RunRecord): Markup => markup`<section id="configuration">
<h2>Configuration</h2>
<details>
<summary>Every option, defaults filled in (config.yaml)</summary>
<pre tabindex="0"><code>${configText}</code></pre>
</details>
</section>
`;

/** Skipped samples that a page lists. */
const MOST_SKIPPED = 200;

/** Samples that were left out. */
export function skippedSection(skipped: readonly SkippedSample[], count: number): Markup {
  const most = Math.max(count, skipped.length);
  const listed = skipped.slice(0, MOST_SKIPPED);
  const left = most - listed.length;
  return markup`<section id="skipped">
<h2>Skipped samples</h2>
${
  most === 0
    ? markup`<p>None: every sample could be read.</p>`
    : markup`<p class="lead">A sample that cannot be read is replaced by the one that follows it. It is counted each time it is met.</p>`
}
${
  listed.length > 0 &&
  htmlTable(
    'Samples that could not be read',
    ['Sample', 'Problem'],
    listed.map(({ sample, message }) => [sample, message]),
  )
}
${left > 0 && markup`<p>${numberText(left)} ${listed.length > 0 ? 'more are' : 'in all; they are'} not listed here.</p>`}
</section>
`;
}
