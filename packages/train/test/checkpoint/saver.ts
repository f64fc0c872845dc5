// Saves checkpoints one after the other until it is killed: node saver.ts FOLDER FLOATS [COUNT]
import { CheckpointStore } from '../../src/checkpoint/index.js';
import { contents } from './contents.js';

const [folder, floats, count] = process.argv.slice(2);
const store = new CheckpointStore(folder!, { keepLast: 2, keepBest: 0, metric: 'loss', better: 'lower' });
const start = (await store.updates()).at(-1) ?? 0;
process.stdout.write('ready\n');
for (let i = 1; i <= Number(count ?? Infinity); i++) await store.save(contents(start + i, {}, Number(floats)));
