import { RandomStream } from '../../random/stream.js';
import { check, OBJECTIVES, streams, type Subject, type Tests } from './subject.js';

const DRAWS = 400;

/** Tokens that a modality may never mask: a first and a last special one. */
const NEVER_MASKED = 2;

/** Masks hide something and leave something, everywhere, and depend on their stream alone. */
export const masks = (subject: Subject): Tests => ({
  'a mask is 0 and 1, one per token, with both of them': () => {
    const { draws, tokens } = drawn(subject);
    for (const mask of draws) {
      check(mask.length === tokens, `drawMask: ${mask.length} entries for ${tokens} tokens`);
      check(
        mask.every((hidden) => hidden <= 1),
        'drawMask: an entry is neither 0 nor 1',
      );
      const hidden = count(mask);
      check(hidden > 0, 'drawMask: a mask hides nothing');
      check(hidden < tokens, 'drawMask: a mask hides everything');
    }
  },

  'every token is visible in some masks, and hidden in some': () => {
    const { draws, tokens } = drawn(subject);
    const times = Array.from({ length: tokens }, (_, t) => draws.filter((mask) => mask[t] === 1).length);
    const always = times.findIndex((hidden) => hidden === DRAWS);
    check(always < 0, `drawMask: token ${always} is hidden by each of ${DRAWS} masks`);
    const never = times.filter((hidden) => hidden === 0).length;
    check(never <= NEVER_MASKED, `drawMask: ${never} tokens are hidden by none of ${DRAWS} masks`);
  },

  'a mask depends on its stream alone': () => {
    const { encoder } = subject.network();
    const { tokens } = subject.collate();
    const draw = (key: number): Uint8Array => encoder.drawMask(tokens, new RandomStream(['mask', key]));
    const first = draw(1);
    const others = Array.from({ length: 20 }, (_, i) => draw(i + 2));
    check(same(draw(1), first), 'drawMask: the same stream gave another mask after others were drawn');
    check(!others.every((mask) => same(mask, first)), 'drawMask: 20 other streams all gave the same mask');
    const again = subject.network().encoder.drawMask(tokens, new RandomStream(['mask', 1]));
    check(same(again, first), 'drawMask: the same stream gave another mask in another encoder');
  },

  ...Object.fromEntries(
    OBJECTIVES.map((objective) => [
      `${objective} draws the same batch from the same seed, and another from another`,
      () => {
        const prepare = (seed: number): string => {
          const { drawn: tensors } = subject.model(objective).objective.prepare(subject.collate(), streams(seed));
          return JSON.stringify(Object.entries(tensors).map(([name, { data, shape }]) => [name, shape, [...data]]));
        };
        const first = prepare(1);
        check(prepare(1) === first, `${objective}: the same seed drew another batch`);
        const others = Array.from({ length: 10 }, (_, i) => prepare(i + 2));
        check(!others.every((other) => other === first), `${objective}: 10 other seeds all drew the same batch`);
      },
    ]),
  ),
});

function drawn(subject: Subject): { draws: Uint8Array[]; tokens: number } {
  const { encoder } = subject.network();
  const { tokens } = subject.collate();
  const draws = Array.from({ length: DRAWS }, (_, i) => encoder.drawMask(tokens, new RandomStream(['statistics', i])));
  return { draws, tokens };
}

const count = (mask: Uint8Array): number => mask.reduce((sum, hidden) => sum + hidden, 0);

const same = (a: Uint8Array, b: Uint8Array): boolean => a.length === b.length && a.every((value, i) => value === b[i]);
