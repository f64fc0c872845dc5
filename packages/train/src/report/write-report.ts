import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readPageAssets } from './page-assets.js';
import { reportPage, type PageContent } from './page.js';
import { readRun } from './run-record.js';

/**
 * Writes a run's `report.html`: one file that shows the run in a browser, from disk, without a network. What is not
 * given is left out; curves, configuration and checkpoints come from the run folder.
 *
 * @param runPath a run folder; the run may still be going on
 * @returns the path of the report, which replaces an earlier one when it is complete
 * @throws ConfigError when the folder is no run, D2vError for a damaged log
 */
export async function writeReport(runPath: string, content: PageContent = {}): Promise<string> {
  const page = reportPage(await readRun(runPath), content, readPageAssets());
  const path = join(runPath, 'report.html');
  const temporary = `${path}.${process.pid}.new`;
  writeFileSync(temporary, page);
  renameSync(temporary, path);
  return path;
}
