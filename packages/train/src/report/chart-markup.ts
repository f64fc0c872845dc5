import type { Chart } from './charts.js';
import { markup, type Markup } from './markup.js';
import { rangeOf } from './series.js';
import { htmlTable, numberText } from './tables.js';

/** The place of a chart in the page; the page's script draws into `.plot`. */
export function chartFigure(chart: Chart, wide: boolean): Markup {
  const { id, title, unit, caption } = chart;
  return markup`<figure class="chart${wide && ' wide'}" data-chart="${id}" aria-labelledby="chart-${id}">
<div class="chart-head">
<h3 id="chart-${id}">${title} <span class="unit">${unit}</span></h3>
<div class="chart-tools">
<button type="button" class="reset" hidden>Reset zoom</button>
<button type="button" class="log" aria-pressed="${chart.logarithmic ? 'true' : 'false'}">Log scale</button>
</div>
</div>
<div class="legend" role="group" aria-label="Curves of this chart"></div>
<div class="plot" role="img" aria-label="${describe(chart)}"></div>
<figcaption>${caption}</figcaption>
</figure>
`;
}

/** What a reader who cannot see the chart is told. */
function describe({ title, series }: Chart): string {
  const parts = series.map((line) => {
    const { first, last, low, high, at } = rangeOf(line)!;
    return `${line.label} from ${numberText(first)} to ${numberText(last)} at update ${numberText(at)}, between ${numberText(low)} and ${numberText(high)}`;
  });
  return `Line chart of ${title.toLowerCase()} over updates: ${parts.join('; ')}.`;
}

/** Every curve's first, lowest, highest and last value. */
export function curveTable(charts: readonly Chart[]): Markup {
  const rows = charts.flatMap(({ title, series }) =>
    series.map((line) => {
      const { first, low, high, last } = rangeOf(line)!;
      return [line.key, title, first, low, high, last];
    }),
  );
  return htmlTable(
    'First, lowest, highest and last value of every curve',
    ['Key in log.jsonl', 'Chart', 'First', 'Lowest', 'Highest', 'Last'],
    rows,
  );
}
