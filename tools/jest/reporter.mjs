import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';

/** Writes a run's totals to the folder that D2V_TEST_RESULTS names, one file a package, so that they can be added up. */
export default class TotalsReporter {
  /**
   * @param {Set<import('@jest/reporters').TestContext>} contexts
   * @param {import('@jest/reporters').AggregatedResult} results
   */
  onRunComplete(contexts, results) {
    const folder = process.env['D2V_TEST_RESULTS'];
    if (!folder) return;
    const root = [...contexts][0]?.config.rootDir ?? process.cwd();
    const { numPassedTests, numFailedTests, numPendingTests, numTodoTests, testResults } = results;
    const totals = {
      passed: numPassedTests,
      // A file that does not even load counts as one failed test.
      failed: numFailedTests + testResults.filter(({ testExecError }) => testExecError).length,
      skipped: numPendingTests + numTodoTests,
    };
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, `${basename(root)}.json`), JSON.stringify(totals));
  }
}
