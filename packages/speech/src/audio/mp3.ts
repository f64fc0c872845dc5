import { SampleError } from '@d2v/core';
import { latin, viewOf, type ByteSource } from './bytes.js';
import { decodedBlocks } from './decoders.js';
import type { AudioFormat, Recording } from './format.js';

/** Bytes in which the first frame must begin. */
const searched = 65_536;

/** kbit/s by index: version 1 layers 1 to 3, version 2 layer 1, version 2 layers 2 and 3 (ISO 11172-3, 13818-3). */
const bitrates = {
  v1l1: [0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448],
  v1l2: [0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384],
  v1l3: [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
  v2l1: [0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256],
  v2: [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
} as const;

/** An MPEG audio frame. */
interface Frame {
  readonly rate: number;
  readonly channels: number;
  /** Bytes of the frame with its header. */
  readonly bytes: number;
  /** Sound frames that it holds. */
  readonly samples: number;
  /** Bytes of header and side information in front of a Xing tag. */
  readonly side: number;
}

/**
 * MP3 (and MPEG layers 1 and 2): the length comes from a Xing, Info or VBRI tag, else it is estimated from the frames in
 * the first 64 KiB.
 *
 * @throws SampleError when no two frames follow each other in the first 64 KiB
 */
export async function readMp3(source: ByteSource, name: string, start: number): Promise<Recording> {
  const head = await source.read(start, start + searched);
  const { at, frame } = firstFrame(head, name);
  const tagged = taggedLength(head.subarray(at, at + frame.bytes), frame);
  const walked = walkFrames(head, at);
  const estimate = Math.round((walked.samples * (source.size - start - at)) / walked.bytes);
  const { rate, channels } = frame;
  const format: AudioFormat = {
    codec: 'mp3',
    rate,
    channels,
    frames: tagged ?? estimate,
    exact: tagged !== undefined,
  };
  return { ...format, blocks: decodedBlocks(source, format, { name, start: start + at }) };
}

function firstFrame(head: Uint8Array, name: string): { at: number; frame: Frame } {
  for (let at = 0; at + 4 <= head.length; at++) {
    const frame = head[at] === 0xff ? parseFrame(head, at) : undefined;
    if (!frame) continue;
    const next = at + frame.bytes;
    if (next + 4 > head.length || parseFrame(head, next)?.rate === frame.rate) return { at, frame };
  }
  throw new SampleError(name, 'not a readable MP3 file: no frame begins in its first 64 KiB', {
    hint: 'the file is damaged or not MP3: fetch it again or remove it',
  });
}

/** What the whole frames from `at` on hold. */
function walkFrames(head: Uint8Array, at: number): { samples: number; bytes: number } {
  let [samples, end] = [0, at];
  for (let frame = parseFrame(head, end); frame && end + frame.bytes <= head.length; frame = parseFrame(head, end)) {
    samples += frame.samples;
    end += frame.bytes;
  }
  return { samples, bytes: Math.max(1, end - at) };
}

function parseFrame(bytes: Uint8Array, at: number): Frame | undefined {
  const [sync, second, third, fourth] = bytes.subarray(at, at + 4);
  if (sync !== 0xff || second === undefined || third === undefined || fourth === undefined || second >> 5 !== 7) return;
  const [version, layer] = [(second >> 3) & 3, 4 - ((second >> 1) & 3)]; // version 3: MPEG 1, 2: MPEG 2, 0: MPEG 2.5
  const [bitrate, rateIndex] = [third >> 4, (third >> 2) & 3];
  if (version === 1 || layer === 4 || bitrate === 0 || bitrate === 15 || rateIndex === 3) return;
  const first = version === 3;
  const table = first ? (['v1l1', 'v1l2', 'v1l3'] as const)[layer - 1]! : layer === 1 ? 'v2l1' : 'v2';
  const kilobits = bitrates[table][bitrate]!;
  const rate = [44_100, 48_000, 32_000][rateIndex]! / (first ? 1 : version === 2 ? 2 : 4);
  const samples = layer === 1 ? 384 : layer === 3 && !first ? 576 : 1152;
  const padding = (third >> 1) & 1;
  const unit = layer === 1 ? 4 : 1;
  const size = (Math.floor((samples * kilobits * 125) / rate / unit) + padding) * unit;
  const channels = fourth >> 6 === 3 ? 1 : 2;
  const side = 4 + (first ? (channels === 1 ? 17 : 32) : channels === 1 ? 9 : 17);
  return { rate, channels, bytes: size, samples, side };
}

/** Length by the tag in the first frame, without the encoder's delay and padding; that frame holds no sound. */
function taggedLength(bytes: Uint8Array, { side, samples }: Frame): number | undefined {
  const view = viewOf(bytes);
  const xing = latin(bytes, side, side + 4);
  if ((xing === 'Xing' || xing === 'Info') && bytes.length >= side + 12 && view.getUint32(side + 4) & 1) {
    const flags = view.getUint32(side + 4);
    const frames = view.getUint32(side + 8);
    const lame = side + 8 + 4 + (flags & 2 ? 4 : 0) + (flags & 4 ? 100 : 0) + (flags & 8 ? 4 : 0);
    return frames * samples - encoderPadding(bytes, lame);
  }
  if (latin(bytes, 36, 40) === 'VBRI' && bytes.length >= 54) return view.getUint32(50) * samples;
  return undefined;
}

/** Delay and padding that LAME, Lavc and others note in the tag. */
function encoderPadding(bytes: Uint8Array, at: number): number {
  if (bytes.length < at + 24 || bytes[at] === 0) return 0;
  const [high, middle, low] = bytes.subarray(at + 21) as unknown as [number, number, number];
  return (high << 4) + (middle >> 4) + ((middle & 15) << 8) + low;
}
