import { RandomStream } from '@d2v/core';
import fc from 'fast-check';
import { frameWindows, mergeWindows } from '../../src/task/recognise/windows.js';

test('windows cover all frames, are of one size and share at least what they should', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 500 }), fc.integer({ min: 1, max: 60 }), fc.nat(), (frames, size, any) => {
      const overlap = any % size;
      const windows = frameWindows(frames, size, overlap);
      expect(windows[0]!.start).toBe(0);
      expect(windows[windows.length - 1]!.end).toBe(frames);
      windows.forEach(({ start, end }, i) => {
        expect(end - start).toBe(Math.min(size, frames));
        const next = windows[i + 1];
        if (!next) return;
        expect(next.start).toBeGreaterThan(start);
        expect(end - next.start).toBeGreaterThanOrEqual(overlap);
      });
    }),
  );
});

/** Windows of one sequence of random logits, with blanks where told. */
function cut(frames: number, size: number, overlap: number, blanks: readonly number[] = []) {
  const stream = new RandomStream(['logits']);
  const whole = Float32Array.from({ length: 3 * frames }, (_, i) => stream.normal() - (i % 3 === 0 ? 10 : 0));
  for (const frame of blanks) whole[3 * frame] = 20;
  const windows = frameWindows(frames, size, overlap).map((window) => ({
    ...window,
    logits: whole.slice(3 * window.start, 3 * window.end),
  }));
  return { whole, windows };
}

test('windows that agree give back the sequence that they were cut from', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 90 }), fc.integer({ min: 1, max: 20 }), fc.nat(), (frames, size, any) => {
      const { whole, windows } = cut(
        frames,
        size,
        any % size,
        [3, 17, 40].filter((frame) => frame < frames),
      );
      expect(mergeWindows(windows, 3, 0)).toEqual(whole);
    }),
  );
});

/** Frames that come from the first of two windows over 30 frames, which share frames 10 … 19. */
function fromFirst(blanks: readonly number[]): number {
  const { windows } = cut(30, 20, 10, blanks);
  const marked = windows.map((window, i) => ({
    ...window,
    logits: window.logits.map((x, at) => (at % 3 === 1 ? i : x)),
  }));
  const merged = mergeWindows(marked, 3, 0);
  return Array.from({ length: 30 }, (_, t) => merged[3 * t + 1]!).filter((window) => window === 0).length;
}

test('one window follows the other at the middle of what they share, or at a blank near it', () => {
  expect(fromFirst([])).toBe(15);
  expect(fromFirst([16, 12])).toBe(16);
  expect(fromFirst([13])).toBe(13);
  expect(fromFirst([10, 19])).toBe(15); // too close to an edge
});
