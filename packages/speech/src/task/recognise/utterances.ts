import { greedyDecode, type Frames } from '../../ctc/index.js';
import type { FrameWindow } from './windows.js';

/** Frames of a recording that a beam search takes as one utterance: a minute. */
const longest = 3000;
/** The shortest utterance that is cut off of a longer recording: 10 s. */
const shortest = 500;

/**
 * Cuts a long recording up for a search whose memory grows with the length: in the middle of the longest pause between
 * 10 s and a minute after the last cut. What is not longer than a minute stays whole.
 */
export function utterances(frames: Frames, blank: number): FrameWindow[] {
  const said = greedyDecode(frames, blank);
  const pauses = said.slice(1).map(({ start }, i) => ({ start: said[i]!.end, end: start }));
  const cuts: FrameWindow[] = [];
  let from = 0;
  let next = 0;
  while (frames.frames - from > longest) {
    let [cut, length] = [from + longest, 0];
    for (; next < pauses.length && pauses[next]!.end <= from + shortest; next++);
    for (let i = next; i < pauses.length && pauses[i]!.start < from + longest; i++) {
      const pause = pauses[i]!;
      const middle = Math.floor((pause.start + pause.end) / 2);
      if (pause.end - pause.start <= length || middle <= from || middle > from + longest) continue;
      [cut, length] = [middle, pause.end - pause.start];
    }
    cuts.push({ start: from, end: cut });
    from = cut;
  }
  return [...cuts, { start: from, end: frames.frames }];
}
