import { chartFigure, curveTable } from './chart-markup.js';
import { chartsOf, type Chart } from './charts.js';
import { confusionSection } from './confusion-markup.js';
import { detailSections } from './detail-markup.js';
import { maskSection, neighbourSection, noFiguresSection, tokenSection } from './figure-markup.js';
import type { ReportFigures } from './figures.js';
import { markup, inlineJson, trusted, type Markup } from './markup.js';
import { scriptHash, type PageAssets } from './page-assets.js';
import type { RunRecord } from './run-record.js';
import type { SkippedSample } from './samples.js';
import {
  checkpointSection,
  configSection,
  headerSection,
  probeSection,
  skippedSection,
  verdictCallout,
  type ProbeTable,
} from './sections.js';
import { collapseVerdict, summarise } from './summary.js';

/** What a report shows beside what the run folder tells. */
export interface PageContent {
  readonly figures?: ReportFigures;
  /** Why there are no figures. */
  readonly noFigures?: string;
  readonly probe?: ProbeTable;
}

/** Charts that take the page's whole width. */
const WIDE = new Set(['loss', 'collapse']);

/** The whole page; it needs nothing but itself, and its content security policy lets it load nothing. */
export function reportPage(run: RunRecord, content: PageContent, assets: PageAssets): string {
  const { figures, noFigures, probe } = content;
  const summary = summarise(run);
  const charts = chartsOf(run);
  const sections: readonly [string, string, Markup | undefined][] = [
    ['curves', 'Curves', curveSection(run, charts)],
    ['confusion', 'Confusion', confusionSection(run)],
    ['masks', 'Masks', figures && maskSection(figures)],
    ['neighbours', 'Neighbours', figures && neighbourSection(figures)],
    ['tokens', 'Token features', figures && tokenSection(figures)],
    ...(figures?.details ? detailSections(figures.details) : []),
    ['no-figures', 'Figures', noFiguresSection(noFigures)],
    ['probe', 'Probe', probeSection(probe)],
    ['checkpoints', 'Checkpoints', checkpointSection(run)],
    ['configuration', 'Configuration', configSection(run)],
    ['skipped', 'Skipped samples', skippedSection([...run.skipped, ...unreadable(figures)], summary.skipped)],
  ];
  const present = sections.filter(([, , section]) => section);
  const header = headerSection(run, summary);
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="${policy(assets)}">
<title>${run.path} · d2v report</title>
<style>
${trusted(assets.plotStyle)}
${trusted(assets.style)}
</style>
</head>
<body>
<a class="skip" href="#curves">Skip to the curves</a>
<main>
${header}
<nav aria-label="Sections"><ul>${present.map(([id, title]) => markup`<li><a href="#${id}">${title}</a></li>`)}</ul></nav>
${present.map(([, , section]) => section)}
</main>
<footer><p>Written by d2v. Charts by uPlot 1.6, under the MIT licence.</p></footer>
<script type="application/json" id="charts">${inlineJson(charts)}</script>
<!--
uPlot, https://github.com/leeoniya/uPlot
${trusted(assets.plotLicence.replaceAll('--', '—'))}
-->
<script>${trusted(assets.plotScript)}</script>
<script>${trusted(assets.script)}</script>
</body>
</html>
`.text;
}

function policy({ plotScript, script }: PageAssets): string {
  const scripts = [plotScript, script].map(scriptHash).join(' ');
  return `default-src 'none'; img-src data:; media-src data:; style-src 'unsafe-inline'; script-src ${scripts}; base-uri 'none'; form-action 'none'`;
}

function curveSection(run: RunRecord, charts: readonly Chart[]): Markup {
  if (charts.length === 0) {
    return markup`<section id="curves"><h2>Curves</h2><p>The log is empty: nothing was logged yet.</p></section>`;
  }
  const verdict = verdictCallout(collapseVerdict(run));
  return markup`<section id="curves">
<h2>Curves</h2>
<div class="toolbar">
<label for="smoothing">Smoothing <input type="range" id="smoothing" min="0" max="0.99" step="0.01" value="0"> <output for="smoothing">0.00</output></label>
<p class="hint">Point at a chart for values at an update. Drag sideways to zoom all charts, double-click to zoom out.</p>
</div>
<noscript><p class="callout bad">Charts are drawn by a script, which this browser does not run. The table below has their numbers.</p></noscript>
<div class="charts">
${charts.map((chart) => markup`${chart.id === 'collapse' && verdict}${chartFigure(chart, WIDE.has(chart.id))}`)}
</div>
<details class="numbers-of-curves">
<summary>Numbers of all curves</summary>
${curveTable(charts)}
</details>
</section>
`;
}

function unreadable(figures: ReportFigures | undefined): SkippedSample[] {
  return [...(figures?.unreadable ?? []), ...(figures?.details?.unreadable ?? [])].map(({ sample, message }) => ({
    sample,
    message: `${message} (while drawing this report)`,
  }));
}
