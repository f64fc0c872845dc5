// node tools/ci/totals.mjs FOLDER: the tests that passed and failed, two numbers.
import { readTotals, sum } from '../totals.mjs';

const { passed, failed } = sum(readTotals(process.argv[2] ?? ''));
console.log(passed, failed);
