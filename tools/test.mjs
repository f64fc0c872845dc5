// npm test: the tests of every package, one package after the other, with the sum at the end.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from './bootstrap/run.mjs';
import { workspaceRoot } from './bootstrap/root.mjs';

const given = process.env['D2V_TEST_RESULTS'];
const folder = given ?? mkdtempSync(join(tmpdir(), 'd2v-test-'));
const nx = join(workspaceRoot, 'node_modules', 'nx', 'dist', 'bin', 'nx.js');

// jest runs files in parallel itself; two packages at once would fight over the processors.
const { status } = run(
  process.execPath,
  [nx, 'run-many', '-t', 'test', '--parallel=1', '--output-style=static', ...process.argv.slice(2)],
  { cwd: workspaceRoot, env: { D2V_TEST_RESULTS: folder, NX_TUI: 'false' } },
);

let [passed, failed] = [0, 0];
console.log('');
for (const file of readdirSync(folder).sort()) {
  const totals = JSON.parse(readFileSync(join(folder, file), 'utf8'));
  const name = file.replace(/\.json$/, '');
  const skipped = totals.skipped > 0 ? `, ${totals.skipped} skipped` : '';
  console.log(`  ${name.padEnd(16)} ${String(totals.passed).padStart(5)} passed, ${totals.failed} failed${skipped}`);
  passed += totals.passed;
  failed += totals.failed;
}
if (!given) rmSync(folder, { recursive: true });
if (status !== 0 && failed === 0) failed = 1; // something ended before it could report
console.log(`\n${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
