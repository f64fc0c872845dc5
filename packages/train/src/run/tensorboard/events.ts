import { MessageWriter } from './protobuf.js';

/** What an event file can hold here, at an update. */
export type Reading =
  | { readonly kind: 'scalar'; readonly tag: string; readonly value: number }
  /** A PNG file's bytes. */
  | {
      readonly kind: 'image';
      readonly tag: string;
      readonly png: Uint8Array;
      readonly width: number;
      readonly height: number;
    };

// Field numbers of TensorFlow's event.proto and summary.proto.
const EVENT = { wallTime: 1, step: 2, fileVersion: 3, summary: 5, sessionLog: 7 };
const SUMMARY = { value: 1 };
const VALUE = { tag: 1, simpleValue: 2, image: 4 };
const IMAGE = { height: 1, width: 2, colorspace: 3, encoded: 4 };
const SESSION_LOG = { status: 1 };
const START = 1;
const RGB = 3;

/** The first event of every file. */
export function versionEvent(seconds: number): Uint8Array {
  return new MessageWriter().double(EVENT.wallTime, seconds).text(EVENT.fileVersion, 'brain.Event:2').finish();
}

/** Tells TensorBoard to forget what earlier files say about `update` and later ones: the run resumed before it. */
export function restartEvent(seconds: number, update: number): Uint8Array {
  const start = new MessageWriter().integer(SESSION_LOG.status, START);
  return new MessageWriter()
    .double(EVENT.wallTime, seconds)
    .integer(EVENT.step, update)
    .message(EVENT.sessionLog, start)
    .finish();
}

/** Readings of one update. */
export function summaryEvent(seconds: number, update: number, readings: readonly Reading[]): Uint8Array {
  const summary = new MessageWriter();
  for (const reading of readings) summary.message(SUMMARY.value, valueOf(reading));
  return new MessageWriter()
    .double(EVENT.wallTime, seconds)
    .integer(EVENT.step, update)
    .message(EVENT.summary, summary)
    .finish();
}

function valueOf(reading: Reading): MessageWriter {
  const value = new MessageWriter().text(VALUE.tag, reading.tag);
  if (reading.kind === 'scalar') return value.float(VALUE.simpleValue, reading.value);
  const image = new MessageWriter()
    .integer(IMAGE.height, reading.height)
    .integer(IMAGE.width, reading.width)
    .integer(IMAGE.colorspace, RGB)
    .bytes(IMAGE.encoded, reading.png);
  return value.message(VALUE.image, image);
}
