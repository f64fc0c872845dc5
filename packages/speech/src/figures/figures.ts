import { ShapeError, type Figures } from '@d2v/core';
import { sampleRate } from '../audio/format.js';
import type { SpeechSample } from '../audio/item.js';
import { coordinate, envelope, HEIGHT, outline, WIDTH } from './envelope.js';
import { escaped } from '../escaped.js';

/**
 * Pictures of recordings for the report: the waveform, its masked spans in grey, its frames in their features' colours.
 * Frames are drawn next to each other over the whole picture; a frame's own sound is 5 ms longer.
 */
export const speechFigures: Figures<SpeechSample> = {
  sample: (sample) => drawing(sample, sample.name, ''),

  masked(sample, mask) {
    const spans = runs(mask).map(({ start, end }) => bar(start, end, mask.length, 'fill="currentColor" opacity="0.3"'));
    return drawing(sample, `${sample.name}, masked`, spans.join(''));
  },

  tokens(sample, rgb) {
    if (rgb.length % 3 !== 0) throw new ShapeError(`figures: 3 values a frame are needed, got ${rgb.length} values`);
    const frames = rgb.length / 3;
    const colours = Uint8ClampedArray.from(rgb, (value) => value * 255);
    const bars = Array.from({ length: frames }, (_, t) =>
      bar(t, t + 1, frames, `fill="rgb(${colours.subarray(3 * t, 3 * t + 3).join(',')})"`),
    );
    return drawing(sample, `${sample.name}, features`, `<g shape-rendering="crispEdges">${bars.join('')}</g>`);
  },
};

function drawing({ waveform }: SpeechSample, title: string, behind: string): string {
  const seconds = (waveform.length / sampleRate).toFixed(2);
  const label = escaped(`${title}, ${seconds} s`);
  const size = `viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}"`;
  const wave = `<path d="${outline(envelope(waveform))}" fill="currentColor" stroke="currentColor" stroke-width="0.5"/>`;
  return `<svg xmlns="http://www.w3.org/2000/svg" ${size} role="img" aria-label="${label}"><title>${label}</title>${behind}${wave}</svg>`;
}

/** Frames [start, end) of `frames`, over the whole height. */
function bar(start: number, end: number, frames: number, style: string): string {
  const [x, right] = [(WIDTH * start) / frames, (WIDTH * end) / frames];
  return `<rect x="${coordinate(x)}" y="0" width="${coordinate(right - x)}" height="${HEIGHT}" ${style}/>`;
}

/** Runs of masked frames. */
function runs(mask: Uint8Array): { start: number; end: number }[] {
  const found: { start: number; end: number }[] = [];
  mask.forEach((masked, t) => {
    const last = found[found.length - 1];
    if (masked && last?.end === t) last.end++;
    else if (masked) found.push({ start: t, end: t + 1 });
  });
  return found;
}
