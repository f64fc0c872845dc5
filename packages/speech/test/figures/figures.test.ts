import { ShapeError } from '@d2v/core';
import { speechFigures } from '../../src/figures/index.js';
import { envelope, HEIGHT, outline, WIDTH } from '../../src/figures/envelope.js';
import type { SpeechSample } from '../../src/index.js';

/** A second that is silent at first and loud at the end. */
const sample: SpeechSample = {
  name: 'a "b" <c> & d',
  waveform: Float32Array.from({ length: 16_000 }, (_, i) => (i < 8000 ? 0 : 3 * Math.sin(i))),
};

const rects = (svg: string): { x: number; width: number; fill: string }[] =>
  [...svg.matchAll(/<rect x="([\d.]+)" y="0" width="([\d.]+)" height="64" fill="([^"]+)"/g)].map(
    ([, x, width, fill]) => ({
      x: Number(x),
      width: Number(width),
      fill: fill!,
    }),
  );

test('a recording is its waveform, as an image with a name that is safe in a page', () => {
  const svg = speechFigures.sample(sample);
  expect(svg).toMatch(
    /^<svg [^>]*role="img" aria-label="a &quot;b&quot; &lt;c&gt; &amp; d, 1\.00 s"><title>[^<>]*<\/title><path d="M[^"]+Z"[^>]*\/><\/svg>$/,
  );
  expect(rects(svg)).toEqual([]);
});

test('the envelope reaches the loudest sample and is flat where there is silence', () => {
  const { low, high } = envelope(sample.waveform);
  expect(low.length).toBe(WIDTH);
  expect([Math.max(...high), Math.min(...low)].map((value) => Math.abs(value))).toEqual([
    expect.closeTo(1, 3),
    expect.closeTo(1, 3),
  ]);
  expect([...high.slice(0, 179), ...low.slice(0, 179)].every((value) => value === 0)).toBe(true);
  const points = outline({ low, high })
    .slice(1, -1)
    .split('L')
    .map((point) => point.split(' ').map(Number));
  expect(points).toHaveLength(2 * WIDTH);
  for (const [x, y] of points) expect(x! >= 0 && x! <= WIDTH && y! >= 0 && y! <= HEIGHT).toBe(true);
});

test('silence, and a recording of one sample, can be drawn', () => {
  for (const waveform of [new Float32Array(500), Float32Array.of(0.5)]) {
    expect(speechFigures.sample({ name: 'x', waveform })).not.toMatch(/NaN|Infinity/);
  }
});

test('masked spans are bars over their share of the time', () => {
  const mask = Uint8Array.of(0, 1, 1, 0, 0, 0, 0, 0, 0, 1);
  const found = rects(speechFigures.masked(sample, mask));
  expect(found.map(({ x, width }) => [x, width])).toEqual([
    [36, 72],
    [324, 36],
  ]);
});

test('frames have their features’ colours, one next to the other', () => {
  const found = rects(speechFigures.tokens(sample, Float32Array.of(0, 0, 0, 1, 0.5, 0, 0, 0, 2)));
  expect(found).toEqual([
    { x: 0, width: 120, fill: 'rgb(0,0,0)' },
    { x: 120, width: 120, fill: 'rgb(255,128,0)' },
    { x: 240, width: 120, fill: 'rgb(0,0,255)' },
  ]);
  expect(() => speechFigures.tokens(sample, new Float32Array(4))).toThrow(ShapeError);
});
