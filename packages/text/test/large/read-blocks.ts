// Opens a text file with the reader `blocks` and reads some blocks: run by large.test.ts with a small heap.
import { textDatasets } from '@d2v/text';
import { loadTokenizer, openBlocks } from '@d2v/text/node';

const [path, tokenizer, cache] = process.argv.slice(2) as [string, string, string];
const dataset = await openBlocks(textDatasets.blocks.schema.parse({ path, tokenizer, cache, tokensPerSample: 512 }));
const { decode } = await loadTokenizer(tokenizer).then((loaded) => ({ decode: loaded.decode.bind(loaded) }));
const texts: string[] = [];
let tokens = 0;
for (const index of [0, Math.floor(dataset.size / 2), dataset.size - 2]) {
  const { ids } = await dataset.read(index);
  tokens += ids.length;
  texts.push(decode(ids, { skipSpecial: true }));
}
const { user, system } = process.cpuUsage();
const { maxRSS } = process.resourceUsage();
console.log(JSON.stringify({ blocks: dataset.size, tokens, texts, cpu: (user + system) / 1e6, peakMegabytes: maxRSS / 1024 })); // prettier-ignore
