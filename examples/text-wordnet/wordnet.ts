import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { RandomStream } from '@d2v/core';

/** WordNet's 45 lexicographer files in the order of their numbers: what a gloss is classified as. */
export const CLASSES = (
  'adj.all adj.pert adv.all noun.Tops noun.act noun.animal noun.artifact noun.attribute noun.body noun.cognition ' +
  'noun.communication noun.event noun.feeling noun.food noun.group noun.location noun.motive noun.object noun.person ' +
  'noun.phenomenon noun.plant noun.possession noun.process noun.quantity noun.relation noun.shape noun.state ' +
  'noun.substance noun.time verb.body verb.change verb.cognition verb.communication verb.competition verb.consumption ' +
  'verb.contact verb.creation verb.emotion verb.motion verb.perception verb.possession verb.social verb.stative ' +
  'verb.weather adj.ppl'
).split(' ');

/** Share of the glosses that is held out. */
const HELD_OUT = 0.1;

export interface Gloss {
  /** What the synset means, without its example sentences. */
  readonly text: string;
  /** With them. */
  readonly whole: string;
  /** Name of the class. */
  readonly label: string;
}

/** The glosses of WordNet's four data files, in their order. */
export function readGlosses(dict: string): Gloss[] {
  return ['noun', 'verb', 'adj', 'adv'].flatMap((part) => {
    const lines = readFileSync(join(dict, `data.${part}`), 'latin1').split('\n');
    return lines.filter((line) => line !== '' && !line.startsWith('  ')).map((line) => parseGloss(line));
  });
}

/** A line of a data file: numbers, words and pointers, a bar, the gloss. */
export function parseGloss(line: string): Gloss {
  const bar = line.indexOf('| ');
  const label = CLASSES[Number(line.split(' ', 2)[1])];
  if (bar < 0 || label === undefined) throw new Error(`'${line.slice(0, 60)}' is no line of a WordNet data file`);
  const whole = line.slice(bar + 2).trim();
  const example = whole.search(/; ?"/);
  return { text: example > 0 ? whole.slice(0, example).trim() : whole, whole, label };
}

/** A fixed division of the glosses, drawn at random, each in its old order. */
export function split(glosses: readonly Gloss[]): { readonly train: Gloss[]; readonly test: Gloss[] } {
  const order = new RandomStream(['wordnet glosses', 'held out']).permutation(glosses.length);
  const heldOut = new Uint8Array(glosses.length);
  for (const index of order.subarray(0, Math.round(HELD_OUT * glosses.length))) heldOut[index] = 1;
  return { train: glosses.filter((_, i) => !heldOut[i]), test: glosses.filter((_, i) => heldOut[i]) };
}
