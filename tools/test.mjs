// npm test: the tests of every package, one package after the other, with the sum at the end.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { workspaceRoot } from './bootstrap/root.mjs';
import { run } from './bootstrap/run.mjs';
import { readTotals, sum } from './totals.mjs';

const given = process.env['D2V_TEST_RESULTS'];
const folder = given ?? mkdtempSync(join(tmpdir(), 'd2v-test-'));
const nx = join(workspaceRoot, 'node_modules', 'nx', 'dist', 'bin', 'nx.js');
const reporters = ['--reporters=default', `--reporters=${join(workspaceRoot, 'tools', 'jest', 'reporter.mjs')}`];

// jest runs files in parallel itself; two packages at once would fight over the processors.
const { status } = run(
  process.execPath,
  [nx, 'run-many', '-t', 'test', '--parallel=1', '--output-style=stream', ...process.argv.slice(2), '--', ...reporters],
  { cwd: workspaceRoot, env: { D2V_TEST_RESULTS: folder, NX_TUI: 'false' } },
);

const totals = readTotals(folder);
console.log('');
for (const { name, passed, failed, skipped } of totals) {
  const more = skipped > 0 ? `, ${skipped} skipped` : '';
  console.log(`  ${name.padEnd(20)} ${String(passed).padStart(5)} passed, ${failed} failed${more}`);
}
if (!given) rmSync(folder, { recursive: true });
const { passed, failed } = sum(totals);
if (status !== 0 && failed === 0) console.log('\nA package ended before it could report: see above.');
console.log(`\n${passed} passed, ${failed} failed`);
process.exitCode = status === 0 && failed === 0 && passed > 0 ? 0 : 1;
