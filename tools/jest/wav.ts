/** What a WAV file is written with. */
export interface WavOptions {
  readonly rate?: number;
  readonly channels?: number;
  /** 1 PCM, 3 float. */
  readonly format?: number;
  /** Bytes of a sample. */
  readonly width?: number;
  readonly extensible?: boolean;
}

/** Interleaved samples in [-1, 1] → a WAV file. */
export function wav(samples: ArrayLike<number>, options: WavOptions = {}): Uint8Array {
  const { rate = 16_000, channels = 1, format = 1, width = 2, extensible = false } = options;
  const header = extensible ? 40 : 16;
  const bytes = new Uint8Array(28 + header + samples.length * width);
  const view = new DataView(bytes.buffer);
  const text = (at: number, value: string): void => bytes.set(new TextEncoder().encode(value), at);
  text(0, 'RIFF');
  view.setUint32(4, bytes.length - 8, true);
  text(8, 'WAVEfmt ');
  view.setUint32(16, header, true);
  view.setUint16(20, extensible ? 0xfffe : format, true);
  view.setUint16(22, channels, true);
  view.setUint32(24, rate, true);
  view.setUint32(28, rate * channels * width, true);
  view.setUint16(32, channels * width, true);
  view.setUint16(34, 8 * width, true);
  if (extensible) view.setUint16(44, format, true);
  text(20 + header, 'data');
  view.setUint32(24 + header, samples.length * width, true);
  for (let i = 0; i < samples.length; i++) store(view, 28 + header + i * width, samples[i]!, format, width);
  return bytes;
}

function store(view: DataView, at: number, value: number, format: number, width: number): void {
  if (format === 3) {
    if (width === 4) view.setFloat32(at, value, true);
    else view.setFloat64(at, value, true);
    return;
  }
  const scaled = Math.round(Math.max(-1, Math.min(1, value)) * (2 ** (8 * width - 1) - 1));
  if (width === 1) view.setUint8(at, scaled + 128);
  for (let i = 0; width > 1 && i < width; i++) view.setUint8(at + i, Math.floor(scaled / 256 ** i) & 255);
}

/** A sine of so many frames. */
export function tone(hertz: number, frames: number, { rate = 16_000, amplitude = 0.5 } = {}): Float32Array {
  return Float32Array.from({ length: frames }, (_, i) => amplitude * Math.sin((2 * Math.PI * hertz * i) / rate));
}

/** The amplitude of one frequency in a waveform at 16 kHz. */
export function amplitude(waveform: Float32Array, hertz: number): number {
  let [sine, cosine] = [0, 0];
  waveform.forEach((value, i) => {
    sine += value * Math.sin((2 * Math.PI * hertz * i) / 16_000);
    cosine += value * Math.cos((2 * Math.PI * hertz * i) / 16_000);
  });
  return (2 * Math.hypot(sine, cosine)) / waveform.length;
}
