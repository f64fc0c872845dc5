/** 16-bit mono samples at 16 kHz as a WAV file. */
export function wavFile(samples: Int16Array): Uint8Array {
  const bytes = new Uint8Array(44 + 2 * samples.length);
  const view = new DataView(bytes.buffer);
  const [rate, width] = [16_000, 2];
  bytes.set(new TextEncoder().encode('RIFF....WAVEfmt '));
  view.setUint32(4, bytes.length - 8, true);
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, rate, true);
  view.setUint32(28, rate * width, true);
  view.setUint16(32, width, true);
  view.setUint16(34, 8 * width, true);
  bytes.set(new TextEncoder().encode('data'), 36);
  view.setUint32(40, width * samples.length, true);
  samples.forEach((sample, i) => view.setInt16(44 + width * i, sample, true));
  return bytes;
}
