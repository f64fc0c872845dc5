import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { markup, inlineJson, trusted } from '../../src/report/markup.js';
import { writeReport, type PageContent, type ReportFigures } from '../../src/report/index.js';
import { htmlTable } from '../../src/report/tables.js';
import { demoConfig, demoRecords, startRecord, temporaryFolder, writeRun } from './fixture.js';

const HOSTILE = `"><img src=x onerror=alert(1)></script><b>'&`;

describe('markup', () => {
  test('escapes text in content and attributes', () => {
    expect(markup`<p title="${HOSTILE}">${HOSTILE}</p>`.text).toBe(
      '<p title="&quot;&gt;&lt;img src=x onerror=alert(1)&gt;&lt;/script&gt;&lt;b&gt;&#39;&amp;">&quot;&gt;&lt;img src=x onerror=alert(1)&gt;&lt;/script&gt;&lt;b&gt;&#39;&amp;</p>',
    );
  });

  test('leaves markup, joins lists, drops absent values, keeps 0', () => {
    expect(markup`${[markup`<i>${1}</i>`, trusted('<b>')]}${undefined}${false}${0}`.text).toBe('<i>1</i><b>0');
  });

  test('JSON in a script cannot end it, and reads back the same', () => {
    const { text } = inlineJson({ name: HOSTILE });
    expect(text).not.toContain('<');
    expect(JSON.parse(text)).toEqual({ name: HOSTILE });
  });
});

describe('htmlTable', () => {
  test('numbers of a column have the same digits, text stands left, an absent cell is a dash', () => {
    const { text } = htmlTable(
      'Scores',
      ['Features', 'Linear, %', 'Note'],
      [
        ['pre-trained', 92.13, 'a<b'],
        ['raw', 70],
        ['x', -0.5],
      ],
    );
    expect(text).toContain('<caption>Scores</caption>');
    expect(text).toContain('<th scope="col" class="number">Linear, %</th>');
    expect(text).toContain('<th scope="row">raw</th><td class="number">70.00</td><td>–</td>');
    expect(text).toContain('<td class="number">−0.5000</td>');
    expect(text).toContain('<td>a&lt;b</td>');
  });

  test('whole numbers stay whole', () => {
    expect(htmlTable('Checkpoints', ['Update'], [[2500], [100_000]]).text).toContain(
      '<th scope="row" class="number">100,000</th>',
    );
  });
});

describe('writeReport', () => {
  let folder: ReturnType<typeof temporaryFolder>;
  beforeEach(() => {
    folder = temporaryFolder();
  });
  afterEach(() => folder.remove());

  const page = async (content?: PageContent): Promise<string> =>
    readFileSync(await writeReport(folder.path, content), 'utf8');

  test('writes report.html into the run folder, and replaces it', async () => {
    await writeRun(folder.path);
    expect(await writeReport(folder.path)).toBe(join(folder.path, 'report.html'));
    expect(await page()).toContain('Backend: tensorflow.');
  });

  test('escapes every text that comes from a user: configuration, samples, reasons', async () => {
    await writeRun(folder.path, {
      config: { ...demoConfig, modality: HOSTILE },
      records: [
        startRecord(0, HOSTILE),
        { update: 1, [HOSTILE]: 1, [`validation/${HOSTILE}`]: 1 },
        { update: 1, skipped: HOSTILE, problem: HOSTILE },
      ],
    });
    const shown = { name: HOSTILE, label: HOSTILE };
    const figures: ReportFigures = {
      masks: [{ name: HOSTILE, figure: '', masked: [] }],
      neighbours: [{ query: shown, neighbours: [{ ...shown, similarity: 0.5 }] }],
      gallery: 1,
      features: {},
      tokens: { samples: [{ name: HOSTILE, figure: '', colours: '' }], explained: [1, 0, 0] },
      unreadable: [{ sample: HOSTILE, message: HOSTILE }],
    };
    const text = await page({
      figures,
      noFigures: HOSTILE,
      probe: { head: [HOSTILE], rows: [[HOSTILE]], note: HOSTILE },
    });
    expect(text).not.toContain('<img src=x');
    expect(text).not.toContain('</script><b>');
    expect(text.split('&lt;img src=x').length).toBeGreaterThan(14);
  });

  test('says how it stands: finished and resumed, or not finished', async () => {
    await writeRun(folder.path);
    expect(await page()).toMatch(/Finished<\/span> 3,000 of 3,000 updates, resumed once, last log entry/);
    folder.remove();
    await writeRun(folder.path, { records: demoRecords(1000), states: [] });
    expect(await page()).toMatch(/Not finished<\/span> 1,000 of 3,000 updates.*The same command goes on/);
  });

  test('a collapsed run is called one', async () => {
    await writeRun(folder.path, { records: [{ update: 1, loss: 1, target_var: 0.01, pred_var: 0.5 }] });
    expect(await page()).toMatch(
      /callout bad[^>]*>target_var is 0.01 at update 1, below its limit of 0.1: the representation collapsed/,
    );
  });

  test('samples that were skipped are counted, and listed as far as they are known', async () => {
    await writeRun(folder.path);
    expect(await page()).toContain('3 in all; they are not listed here.');
    folder.remove();
    await writeRun(folder.path, {
      records: [...demoRecords(), { update: 3000, skipped: 'a.png', problem: 'empty file' }],
    });
    expect(await page()).toMatch(/a\.png<\/th><td>empty file[\s\S]*2 more are not listed here/);
    folder.remove();
    await writeRun(folder.path, { states: [] });
    expect(await page()).toContain('None: every sample could be read.');
  });

  test('a run without a log has a report that says so', async () => {
    await writeRun(folder.path, { records: [], states: [] });
    expect(await page()).toContain('The log is empty: nothing was logged yet.');
  });

  test('a long run has no longer report than the bound on points allows', async () => {
    await writeRun(folder.path, { records: demoRecords(60_000, 2) });
    await writeReport(folder.path);
    expect(statSync(join(folder.path, 'report.html')).size).toBeLessThan(1e6);
  });

  test("keeps uPlot's notice", async () => {
    await writeRun(folder.path);
    const text = await page();
    expect(text).toContain('The MIT License (MIT)');
    expect(text).toMatch(/Copyright \(c\) \d+ Leon Sorokin/);
  });
});
