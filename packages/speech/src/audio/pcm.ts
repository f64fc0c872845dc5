/** How a sample is stored. */
export type Encoding = 'u8' | 's16' | 's24' | 's32' | 'f32' | 'f64' | 'alaw' | 'ulaw';

export const bytesPerSample: Readonly<Record<Encoding, number>> = {
  u8: 1,
  s16: 2,
  s24: 3,
  s32: 4,
  f32: 4,
  f64: 8,
  alaw: 1,
  ulaw: 1,
};

type Reader = (view: DataView, at: number) => number;

const alawTable = Float32Array.from({ length: 256 }, (_, code) => alaw(code) / 32_768);
const ulawTable = Float32Array.from({ length: 256 }, (_, code) => ulaw(code) / 32_768);

const readers: Readonly<Record<Encoding, Reader>> = {
  u8: (view, at) => (view.getUint8(at) - 128) / 128,
  s16: (view, at) => view.getInt16(at, true) / 2 ** 15,
  s24: (view, at) => (view.getUint16(at, true) + view.getInt8(at + 2) * 2 ** 16) / 2 ** 23,
  s32: (view, at) => view.getInt32(at, true) / 2 ** 31,
  f32: (view, at) => view.getFloat32(at, true),
  f64: (view, at) => view.getFloat64(at, true),
  alaw: (view, at) => alawTable[view.getUint8(at)]!,
  ulaw: (view, at) => ulawTable[view.getUint8(at)]!,
};

/** Interleaved little-endian samples → mono in [-1, 1]: the mean over the channels. */
export function monoPcm(bytes: Uint8Array, encoding: Encoding, channels: number): Float32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const [read, width] = [readers[encoding], bytesPerSample[encoding]];
  const out = new Float32Array(Math.floor(bytes.length / (width * channels)));
  for (let frame = 0, at = 0; frame < out.length; frame++) {
    let sum = 0;
    for (let c = 0; c < channels; c++, at += width) sum += read(view, at);
    out[frame] = sum / channels;
  }
  return out;
}

/** The mean over planar channels. One channel is returned as it is, uncopied. */
export function monoPlanar(channels: readonly Float32Array[]): Float32Array {
  const [first = new Float32Array(), ...others] = channels;
  if (others.length === 0) return first;
  return first.map((value, i) => others.reduce((sum, channel) => sum + channel[i]!, value) / channels.length);
}

/** ITU-T G.711 A-law → linear, 16 bits. */
function alaw(code: number): number {
  const value = code ^ 0x55;
  const [segment, step] = [(value >> 4) & 7, value & 15];
  const magnitude = segment === 0 ? (step << 4) + 8 : ((step << 4) + 0x108) << (segment - 1);
  return value & 0x80 ? magnitude : -magnitude;
}

/** ITU-T G.711 µ-law → linear, 16 bits. */
function ulaw(code: number): number {
  const value = ~code & 0xff;
  const magnitude = ((((value & 15) << 3) + 0x84) << ((value >> 4) & 7)) - 0x84;
  return value & 0x80 ? -magnitude : magnitude;
}
