// Pre-trains until it is killed or done, naming every update: node pretrainer.ts DATA RUN UPDATES
import { pretrain } from '../../src/index.js';
import { resumable } from './resumable.js';

const [data, out, updates] = process.argv.slice(2);
for await (const event of pretrain({ config: resumable(data!, Number(updates)), out: out! })) {
  if (event.type === 'update') process.stdout.write(`${event.update}\n`);
}
