/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium, type Browser, type Page } from 'playwright-core';
import { writeReport, type ReportFigures } from '../../src/report/index.js';
import { temporaryFolder, writeRun } from './fixture.js';

const PIXEL =
  '<img src="data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==" width="112" height="112" alt="a pixel">';
const shown = { name: 'images/a long name, as files have them.png', figure: PIXEL, label: 'left' };
const figures: ReportFigures = {
  masks: Array.from({ length: 3 }, () => ({
    name: 'a',
    figure: PIXEL,
    masked: [0.5, 0.6, 0.7].map((hidden) => ({ figure: PIXEL, hidden })),
  })),
  neighbours: [{ query: shown, neighbours: Array.from({ length: 5 }, () => ({ ...shown, similarity: 0.9 })) }],
  gallery: 100,
  features: {},
  tokens: { samples: [{ name: 'a', figure: PIXEL, colours: PIXEL }], explained: [0.5, 0.2, 0.1] },
  unreadable: [],
};
const CHARTS = ['loss', 'collapse', 'learning-rate', 'ema-decay', 'gradient-norm', 'throughput'];

const folder = temporaryFolder();
let browser: Browser;
let report: string;
let page: Page;
let problems: string[];
let requests: string[];

beforeAll(async () => {
  const executablePath = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';
  if (!existsSync(executablePath)) {
    throw new Error(
      `there is no Chromium at ${executablePath}: run \`apt-get update && apt-get install -y chromium\`, or set CHROMIUM_PATH`,
    );
  }
  // Playwright gives it a fresh profile.
  const args = [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ];
  browser = await chromium.launch({ executablePath, headless: true, args });
  const run = join(folder.path, 'run');
  await writeRun(run);
  const probe = {
    head: ['Features', 'Linear, %'],
    rows: [
      ['pre-trained', 92.1],
      ['raw input', 83],
    ],
  };
  report = pathToFileURL(await writeReport(run, { figures, probe })).href;
});

afterAll(async () => {
  await browser?.close();
  folder.remove();
});

beforeEach(() => {
  problems = [];
  requests = [];
});
afterEach(() => page?.close());

async function open(options: Parameters<Browser['newPage']>[0] = {}): Promise<void> {
  page = await browser.newPage({ viewport: { width: 1280, height: 900 }, ...options });
  page.on('console', (message) => problems.push(`${message.type()}: ${message.text()}`));
  page.on('pageerror', (error) => problems.push(error.message));
  page.on('request', (request) => requests.push(request.url()));
  await page.goto(report);
  await page.waitForFunction((count) => document.querySelectorAll('.plot canvas').length === count, CHARTS.length);
}

/** What is drawn in a chart: the number of pixels of each colour that is not transparent. */
const pixels = (chart: string): Promise<Record<string, number>> =>
  page.evaluate((id) => {
    const canvas = document.querySelector<HTMLCanvasElement>(`[data-chart="${id}"] canvas`)!;
    const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height);
    const counts: Record<string, number> = {};
    for (let i = 0; i < data.length; i += 4) {
      if (data[i + 3]! < 255) continue;
      const colour = [data[i], data[i + 1], data[i + 2]].join();
      counts[colour] = (counts[colour] ?? 0) + 1;
    }
    return counts;
  }, chart);

const BLUE = '31,95,191';
const legend = (chart: string): Promise<string> => page.locator(`[data-chart="${chart}"] .legend`).innerText();
const overCanvas = async (chart: string, across: number): Promise<[number, number]> => {
  const place = page.locator(`[data-chart="${chart}"] .u-over`);
  await place.scrollIntoViewIfNeeded();
  const { x, y, width, height } = (await place.boundingBox())!;
  return [x + across * width, y + height / 2];
};

describe('report.html in a browser', () => {
  test('loads from disk without a network, a warning or an error', async () => {
    await open();
    expect(problems).toEqual([]);
    expect(requests.filter((url) => !url.startsWith('data:'))).toEqual([report]);
  });

  test('cannot load anything or run a script that was put into it', async () => {
    await open();
    const blocked = await page.evaluate(async () => {
      const script = document.createElement('script');
      script.textContent = 'window.wasRun = true';
      document.body.append(script);
      const fetched = await fetch('https://example.com/').then(
        () => true,
        () => false,
      );
      return { ran: 'wasRun' in window, fetched };
    });
    expect(blocked).toEqual({ ran: false, fetched: false });
  });

  test('every chart has a canvas with its curves on it', async () => {
    await open();
    for (const chart of CHARTS) expect((await pixels(chart))[BLUE]).toBeGreaterThan(50);
  });

  test('every picture can be decoded and has an alternative text', async () => {
    await open();
    const images = await page.evaluate(() =>
      Promise.all(
        [...document.images].map(async (image) => [
          await image.decode().then(() => true),
          image.naturalWidth > 0,
          image.alt !== '',
        ]),
      ),
    );
    expect(images).toHaveLength(3 * 4 + 6 + 2);
    expect(images.flat().every(Boolean)).toBe(true);
  });

  test('the logarithmic axis is switched on and off', async () => {
    await open();
    const before = await pixels('loss');
    const button = page.locator('[data-chart="loss"] .log');
    await button.click();
    expect(await button.getAttribute('aria-pressed')).toBe('true');
    expect(await pixels('loss')).not.toEqual(before);
    await button.click();
    expect(await button.getAttribute('aria-pressed')).toBe('false');
    expect(await pixels('loss')).toEqual(before);
    expect(problems).toEqual([]);
  });

  test('the slider smooths measured curves and leaves schedules alone', async () => {
    await open();
    const before = [await pixels('throughput'), await pixels('learning-rate')];
    await page.locator('#smoothing').fill('0.9');
    await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))));
    expect(await page.locator('output[for="smoothing"]').innerText()).toBe('0.90');
    expect(await pixels('throughput')).not.toEqual(before[0]);
    expect(await pixels('learning-rate')).toEqual(before[1]);
    expect(problems).toEqual([]);
  });

  test('pointing at one chart shows the values of that update in all', async () => {
    await open();
    expect(await legend('loss')).toContain('last values');
    await page.mouse.move(...(await overCanvas('loss', 0.5)));
    const [, update] = /at update ([\d,]+)/.exec(await legend('loss'))!;
    expect(Math.abs(Number(update!.replace(',', '')) - 1500)).toBeLessThan(60);
    expect(await legend('throughput')).toContain(`at update ${update}`);
    expect(await legend('learning-rate')).toContain('5.'); // near half of 1e-3
    await page.mouse.move(0, 0);
    expect(await legend('loss')).toContain('last values');
  });

  test('dragging zooms all charts, and the button or a double click shows everything again', async () => {
    await open();
    const whole = await pixels('throughput');
    const reset = page.locator('[data-chart="throughput"] .reset');
    const drag = async (): Promise<void> => {
      const [from, to] = [await overCanvas('loss', 0.2), await overCanvas('loss', 0.4)];
      await page.mouse.move(...from);
      await page.mouse.down();
      await page.mouse.move(...to, { steps: 4 });
      await page.mouse.up();
      await reset.waitFor({ state: 'visible' });
    };
    await drag();
    await page.mouse.move(...(await overCanvas('loss', 0.999)));
    const [, last] = /at update ([\d,]+)/.exec(await legend('loss'))!;
    expect(Math.abs(Number(last!.replace(',', '')) - 1200)).toBeLessThan(30);
    await reset.click();
    await reset.waitFor({ state: 'hidden' });
    await page.mouse.move(0, 0);
    expect(await pixels('throughput')).toEqual(whole);
    await drag();
    await page.mouse.dblclick(...(await overCanvas('loss', 0.5)));
    await reset.waitFor({ state: 'hidden' });
    expect(problems).toEqual([]);
  });

  test('a curve is hidden and shown by its name in the legend', async () => {
    await open();
    const name = page.locator('[data-chart="learning-rate"] .legend button');
    await name.click();
    expect(await name.getAttribute('aria-pressed')).toBe('false');
    expect((await pixels('learning-rate'))[BLUE]).toBeUndefined();
    await name.click();
    expect((await pixels('learning-rate'))[BLUE]).toBeGreaterThan(50);
  });

  test('follows the dark scheme, and prints light and unfolded', async () => {
    await open({ colorScheme: 'dark' });
    expect((await pixels('learning-rate'))[BLUE]).toBeUndefined();
    expect((await pixels('learning-rate'))['116,171,255']).toBeGreaterThan(50);
    await page.evaluate(() => window.dispatchEvent(new Event('beforeprint')));
    expect((await pixels('learning-rate'))[BLUE]).toBeGreaterThan(50);
    expect(await page.locator('details:not([open])').count()).toBe(0);
    await page.evaluate(() => window.dispatchEvent(new Event('afterprint')));
    expect((await pixels('learning-rate'))[BLUE]).toBeUndefined();
    expect(await page.locator('details[open]').count()).toBe(0);
  });

  test.each([360, 768, 1600])('fits a window of %i pixels', async (width) => {
    await open({ viewport: { width, height: 800 } });
    const widths = await page.evaluate(() => [
      document.documentElement.scrollWidth,
      ...[...document.querySelectorAll('.plot')].map(
        (plot) => plot.clientWidth - plot.querySelector('canvas')!.clientWidth,
      ),
    ]);
    expect(widths).toEqual([width, ...CHARTS.map(() => 0)]);
  });

  test.each(['light', 'dark'] as const)('text has enough contrast in the %s scheme', async (colorScheme) => {
    await open({ colorScheme });
    const faint = await page.evaluate(() => {
      const channels = (colour: string): number[] => (colour.match(/[\d.]+/g) ?? []).map(Number);
      const luminance = (colour: string): number => {
        const [r, g, b] = channels(colour).map((value) =>
          value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4,
        );
        return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
      };
      const background = (element: Element | null): string => {
        for (let each = element; each; each = each.parentElement) {
          const { backgroundColor } = getComputedStyle(each);
          if (channels(backgroundColor)[3] !== 0) return backgroundColor;
        }
        return 'rgb(255, 255, 255)';
      };
      return [...document.querySelectorAll('main *, footer *')].flatMap((element) => {
        const ownText = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent!.trim() !== '');
        if (!ownText || element.closest('noscript, svg')) return [];
        const pair = [luminance(getComputedStyle(element).color), luminance(background(element))].sort((a, b) => b - a);
        const ratio = (pair[0]! + 0.05) / (pair[1]! + 0.05);
        return ratio < 4.5 ? [`${element.tagName} ${element.className}: ${ratio.toFixed(2)}`] : [];
      });
    });
    expect(faint).toEqual([]);
  });

  test('headings, tables and controls are labelled', async () => {
    await open();
    const found = await page.evaluate(() => ({
      headings: [...document.querySelectorAll('h1, h2')].map((heading) => heading.textContent),
      captions: document.querySelectorAll('table > caption').length - document.querySelectorAll('table').length,
      charts: [...document.querySelectorAll('.plot')].every((plot) =>
        /^Line chart of .* from .* to /.test(plot.getAttribute('aria-label') ?? ''),
      ),
      links: [...document.querySelectorAll('nav a')].every(
        (link) => document.querySelector(link.getAttribute('href')!) !== null,
      ),
      language: document.documentElement.lang,
    }));
    expect(found).toEqual({
      headings: [
        'run',
        'Curves',
        'Masks',
        'Nearest neighbours',
        'Token features',
        'Probe',
        'Checkpoints',
        'Configuration',
        'Skipped samples',
      ],
      captions: 0,
      charts: true,
      links: true,
      language: 'en',
    });
  });

  test('the configuration is there as the run wrote it', async () => {
    await open();
    await page.locator('#configuration summary').click();
    expect(await page.locator('#configuration code').innerText()).toContain('path: images/</script><b>');
  });
});
