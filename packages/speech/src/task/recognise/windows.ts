/** Frames [start, end) that are computed at once. */
export interface FrameWindow {
  readonly start: number;
  readonly end: number;
}

/**
 * Overlapping windows over the frames of a recording. All are of `size` frames, unless one holds the whole recording;
 * neighbours share `overlap` frames, the last two may share more.
 *
 * @param overlap in [0, size)
 */
export function frameWindows(frames: number, size: number, overlap: number): FrameWindow[] {
  if (frames <= size) return [{ start: 0, end: frames }];
  const windows: FrameWindow[] = [];
  for (let start = 0; start + size < frames; start += size - overlap) windows.push({ start, end: start + size });
  return [...windows, { start: frames - size, end: frames }];
}

/** A window and the logits of its frames, (end − start, V). */
export interface WindowLogits extends FrameWindow {
  readonly logits: Float32Array;
}

/**
 * One sequence of logits, (T, V), from those of overlapping windows. One window follows the other at the middle of
 * what they share, where both have seen enough around: at the frame next to it in which both hear a blank, if there is
 * one in the middle half, so that no label is cut in two.
 *
 * @param windows first to last, as `frameWindows` gives them
 */
export function mergeWindows(windows: readonly WindowLogits[], classes: number, blank: number): Float32Array {
  const merged = new Float32Array((windows[windows.length - 1]?.end ?? 0) * classes);
  let from = 0;
  windows.forEach((window, i) => {
    const next = windows[i + 1];
    const to = next ? seam(window, next, classes, blank) : window.end;
    const own = window.logits.subarray((from - window.start) * classes, (to - window.start) * classes);
    merged.set(own, from * classes);
    from = to;
  });
  return merged;
}

/** The first frame that is taken from the later window. */
function seam(earlier: WindowLogits, later: WindowLogits, classes: number, blank: number): number {
  const [start, end] = [later.start, earlier.end];
  const middle = Math.floor((start + end) / 2);
  const silent = ({ logits, start: first }: WindowLogits, frame: number): boolean => {
    const row = logits.subarray((frame - first) * classes, (frame - first + 1) * classes);
    return row.every((logit) => logit <= row[blank]!);
  };
  for (let distance = 0; 4 * distance <= end - start; distance++) {
    for (const frame of [middle - distance, middle + distance]) {
      if (frame < start || frame >= end) continue;
      if (silent(earlier, frame) && silent(later, frame)) return frame;
    }
  }
  return middle;
}
