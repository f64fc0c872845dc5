import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { equaliseMasks, maskIndices, RandomStream, randomMask, ShapeError } from '@d2v/core';

const bits = (text: string): Uint8Array => Uint8Array.from(text.replace(/\s/g, ''), Number);
const lists = ({ visibleTokens, visible, restore }: ReturnType<typeof maskIndices>): unknown => ({
  visibleTokens,
  visible: [...visible],
  restore: [...restore],
});

describe('maskIndices', () => {
  it('lists visible tokens in ascending order and says where each token comes back from', () => {
    expect(lists(maskIndices(bits('0110 1001'), 2, 4))).toEqual({
      visibleTokens: 2,
      visible: [0, 3, 5, 6],
      restore: [0, 2, 3, 1, 6, 4, 5, 7],
    });
  });

  it('puts visible tokens and noise back on the grid', () => {
    const [rows, tokens, dim] = [3, 8, 2];
    const masks = [0, 1, 2].flatMap((r) => [...randomMask(tokens, 0.6, new RandomStream([r]))]);
    const { visibleTokens, visible, restore } = maskIndices(Uint8Array.from(masks), rows, tokens);
    const grid = tf.tidy(() => {
      const x = tf.reshape(tf.range(0, rows * tokens * dim), [rows * tokens, dim]);
      const seen = tf.reshape(tf.gather(x, tf.tensor1d(visible, 'int32')), [rows, visibleTokens, dim]);
      const noise = tf.fill([rows, tokens - visibleTokens, dim], -1);
      const encoded = tf.reshape(tf.concat([seen, noise], 1), [rows * tokens, dim]);
      return tf.gather(encoded, tf.tensor1d(restore, 'int32'));
    });
    const expected = masks.flatMap((hidden, i) => (hidden ? [-1, -1] : [i * dim, i * dim + 1]));
    expect(Array.from(grid.dataSync())).toEqual(expected);
    grid.dispose();
  });

  it('is a stable sort of each row for any masks, V taken from row 0', () => {
    const masks = fc
      .record({ rows: fc.integer({ min: 1, max: 6 }), tokens: fc.integer({ min: 1, max: 24 }) })
      .chain(({ rows, tokens }) =>
        fc.record({
          rows: fc.constant(rows),
          tokens: fc.constant(tokens),
          mask: fc.uint8Array({ minLength: rows * tokens, maxLength: rows * tokens, max: 1 }),
        }),
      );
    fc.assert(
      fc.property(masks, ({ rows, tokens, mask }) => {
        const found = maskIndices(mask, rows, tokens);
        const rowMask = (r: number): number[] => [...mask.subarray(r * tokens, (r + 1) * tokens)];
        const V = rowMask(0).filter((m) => m === 0).length;
        expect(found.visibleTokens).toBe(V);
        for (let r = 0; r < rows; r++) {
          const m = rowMask(r);
          const shuffle = [...m.keys()].sort((a, b) => m[a]! - m[b]! || a - b);
          const start = r * tokens;
          expect([...found.visible.subarray(r * V, (r + 1) * V)]).toEqual(shuffle.slice(0, V).map((t) => start + t));
          expect([...found.restore.subarray(start, start + tokens)]).toEqual(
            m.map((_, t) => start + shuffle.indexOf(t)),
          );
        }
      }),
    );
  });

  it('treats the first masked tokens of a row with fewer visible ones as visible', () => {
    expect(lists(maskIndices(bits('0011 1101'), 2, 4))).toMatchObject({
      visible: [0, 1, 6, 4],
      restore: [0, 1, 2, 3, 5, 6, 4, 7],
    });
  });

  it('replaces the last visible tokens of a row with more of them by noise', () => {
    // Row 1 sees tokens 0, 1, 3; V = 2, so token 3 comes back as noise.
    expect(lists(maskIndices(bits('0011 0010'), 2, 4))).toMatchObject({
      visible: [0, 1, 4, 5],
      restore: [0, 1, 2, 3, 4, 5, 7, 6],
    });
  });

  it.each([
    ['11111111', 0.5, 4],
    ['00001111', 0.125, 4], // round(0.5) = 0
    ['00001111', 0.375, 6], // round(1.5) = 2
    ['00001111', 0.625, 6], // round(2.5) = 2
    ['00001111', 1, 8],
  ])('of %s keeps a share of %p of the masked tokens', (text, share, visibleTokens) => {
    const masks = bits(text);
    const found = maskIndices(masks, 1, 8, share);
    expect(found.visibleTokens).toBe(visibleTokens);
    expect([...found.visible]).toEqual([...Array(visibleTokens).keys()]);
  });

  it('refuses masks of another size, and values other than 0 and 1', () => {
    expect(() => maskIndices(bits('010'), 2, 2)).toThrow(ShapeError);
    expect(() => maskIndices(Uint8Array.of(0, 1, 0, 255), 2, 2)).toThrow('got 255 at row 1, token 1');
  });
});

describe('equaliseMasks', () => {
  const streams = (rows: number, seed = 0): RandomStream[] =>
    Array.from({ length: rows }, (_, r) => new RandomStream([seed, 'equalise', r]));
  const batch = fc
    .record({ rows: fc.integer({ min: 1, max: 6 }), tokens: fc.integer({ min: 1, max: 24 }), seed: fc.integer() })
    .chain(({ rows, tokens, seed }) =>
      fc.record({
        rows: fc.constant(rows),
        tokens: fc.constant(tokens),
        seed: fc.constant(seed),
        masks: fc.uint8Array({ minLength: rows * tokens, maxLength: rows * tokens, max: 1 }),
      }),
    );
  const counts = (masks: Uint8Array, rows: number, tokens: number): number[] =>
    Array.from({ length: rows }, (_, r) => masks.subarray(r * tokens, (r + 1) * tokens).reduce((a, b) => a + b, 0));

  it("with 'subset' keeps the smallest count, each row a subset of what it masked", () => {
    fc.assert(
      fc.property(batch, ({ rows, tokens, seed, masks }) => {
        const original = masks.slice();
        const equal = equaliseMasks(masks, rows, tokens, { mode: 'subset' }, streams(rows, seed));
        expect(new Set(counts(equal, rows, tokens))).toEqual(new Set([Math.min(...counts(masks, rows, tokens))]));
        expect(equal.every((m, i) => m <= masks[i]!)).toBe(true);
        expect(masks).toEqual(original);
      }),
    );
  });

  it("with 'add' reaches the largest count, each row a superset of what it masked", () => {
    fc.assert(
      fc.property(batch, ({ rows, tokens, seed, masks }) => {
        const equal = equaliseMasks(masks, rows, tokens, { mode: 'add' }, streams(rows, seed));
        expect(new Set(counts(equal, rows, tokens))).toEqual(new Set([Math.max(...counts(masks, rows, tokens))]));
        expect(equal.every((m, i) => m >= masks[i]!)).toBe(true);
      }),
    );
  });

  it('never masks padding', () => {
    const masks = bits('11110000 10000000');
    for (let seed = 0; seed < 50; seed++) {
      const equal = equaliseMasks(masks, 2, 8, { mode: 'add', lengths: [8, 5] }, streams(2, seed));
      expect([...equal.subarray(13)]).toEqual([0, 0, 0]);
      expect(counts(equal, 2, 8)).toEqual([4, 4]);
    }
  });

  it("refuses 'add' where a row is too short", () => {
    const add = (): unknown => equaliseMasks(bits('1111 1000'), 2, 4, { mode: 'add', lengths: [4, 3] }, streams(2));
    expect(add).toThrow('row 1 has 3 real tokens, another row masks 4');
  });

  it('changes a row by its own stream alone', () => {
    const row = '1010110101';
    const [first, second] = ['1000000010', '0110000000'].map((other) =>
      equaliseMasks(bits(`${row}${other}`), 2, 10, { mode: 'subset' }, streams(2)).subarray(0, 10),
    );
    expect(first).toEqual(second);
  });

  it('refuses another number of streams than rows', () => {
    expect(() => equaliseMasks(bits('01'), 2, 1, { mode: 'add' }, streams(1))).toThrow(ShapeError);
  });
});
