import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** Scripts and style sheets that go into a page, as text. */
export interface PageAssets {
  /** uPlot, with its notice. */
  readonly plotScript: string;
  readonly plotStyle: string;
  readonly plotLicence: string;
  /** The report's own. */
  readonly script: string;
  readonly style: string;
}

/** Reads what a page is made of: the chart library from its package, the rest from this one's sources. */
export function readPageAssets(): PageAssets {
  const require = createRequire(import.meta.url);
  const plot = dirname(require.resolve('uplot/package.json'));
  const own = join(dirname(require.resolve('@d2v/train/package.json')), 'src', 'report', 'assets');
  const read = (...path: string[]): string => readFileSync(join(...path), 'utf8').trim();
  return {
    plotScript: read(plot, 'dist', 'uPlot.iife.min.js'),
    plotStyle: read(plot, 'dist', 'uPlot.min.css'),
    plotLicence: read(plot, 'LICENSE'),
    script: read(own, 'report.js'),
    // Later sheets override earlier ones.
    style: ['base', 'charts', 'content', 'media'].map((name) => read(own, `${name}.css`)).join('\n'),
  };
}

/** A script as a content security policy names it. */
export const scriptHash = (script: string): string =>
  `'sha256-${createHash('sha256').update(script).digest('base64')}'`;
