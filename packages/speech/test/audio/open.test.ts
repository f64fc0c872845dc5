import { readFile } from 'node:fs/promises';
import { audioLength, bytesSource, openAudio, type AudioItem } from '../../src/audio/index.js';
import { amplitude, tone, wav, type WavOptions } from '../../../../tools/jest/wav.js';

const fixture = async (name: string): Promise<Uint8Array> =>
  new Uint8Array(await readFile(new URL(`fixtures/${name}`, import.meta.url)));

const open = (bytes: Uint8Array, name = 'x'): Promise<AudioItem> => openAudio(bytes, { name });

const signal = tone(440, 800);

describe('WAV', () => {
  test.each<[string, WavOptions, number]>([
    ['8 bits', { width: 1 }, 1 / 100],
    ['16 bits', { width: 2 }, 1 / 30_000],
    ['24 bits', { width: 3 }, 1e-6],
    ['32 bits', { width: 4 }, 1e-7],
    ['32-bit float', { width: 4, format: 3 }, 0],
    ['64-bit float', { width: 8, format: 3 }, 0],
    ['extensible 24 bits', { width: 3, extensible: true }, 1e-6],
    ['extensible float', { width: 4, format: 3, extensible: true }, 0],
  ])('reads %s', async (_, options, tolerance) => {
    const item = await open(wav(signal, options));
    const waveform = await item.waveform();
    expect(item.samples).toBe(800);
    expect(waveform).toHaveLength(800);
    const furthest = Math.max(...waveform.map((value, i) => Math.abs(value - signal[i]!)));
    expect(furthest).toBeLessThanOrEqual(tolerance);
  });

  test.each(['alaw', 'ulaw'])('reads every code of %s as libsndfile does', async (name) => {
    const [coded, linear] = [await open(await fixture(`${name}.wav`)), await open(await fixture(`${name}-linear.wav`))];
    expect(await coded.waveform()).toEqual(await linear.waveform());
    expect(new Set(await (await open(await fixture(`${name}.wav`))).waveform()).size).toBeGreaterThan(250);
  });

  test('reads the sound behind chunks that it does not know, and ignores chunks behind it', async () => {
    const plain = wav(signal);
    const odd = Uint8Array.of(0x4c, 0x49, 0x53, 0x54, 3, 0, 0, 0, 1, 2, 3, 0); // LIST of 3 bytes, padded
    const bytes = new Uint8Array([...plain.subarray(0, 36), ...odd, ...plain.subarray(36), ...odd]);
    expect(await (await open(bytes)).waveform()).toEqual(await (await open(plain)).waveform());
  });

  test.each([0, 0xffffffff])('reads to the end of the file where a pipe left the size at %d', async (size) => {
    const bytes = wav(signal);
    new DataView(bytes.buffer).setUint32(40, size, true);
    expect((await open(bytes)).samples).toBe(800);
  });

  test('reads RF64, whose size is in another chunk', async () => {
    const plain = wav(signal);
    const ds64 = new DataView(new ArrayBuffer(36));
    [0x64, 0x73, 0x36, 0x34, 28].forEach((byte, i) => ds64.setUint8(i, byte));
    ds64.setBigUint64(16, 1600n, true);
    new DataView(plain.buffer).setUint32(40, 0xffffffff, true);
    plain.set(new TextEncoder().encode('RF64'));
    const trailing = [1, 2, 3, 4];
    const head = [...plain.subarray(0, 12), ...new Uint8Array(ds64.buffer)];
    const item = await open(new Uint8Array([...head, ...plain.subarray(12), ...trailing]));
    expect(item.samples).toBe(800);
  });
});

describe('compressed formats', () => {
  test.each([
    ['mono-16k.flac', 0.5, 0],
    ['stereo-44k-24bit.flac', 0.25, 0.125],
    ['mono-16k.mp3', 0.5, 0],
    ['stereo-44k.mp3', 0.25, 0.125],
    ['mono-22k-vorbis.ogg', 0.5, 0],
    ['mono-16k-opus.ogg', 0.5, 0],
    ['stereo-48k.opus', 0.25, 0.125],
  ])('reads %s as the mean of its channels at 16 kHz', async (name, first, second) => {
    const item = await open(await fixture(name), name);
    const waveform = await item.waveform();
    expect([item.samples, waveform.length]).toEqual([8000, 8000]);
    expect(amplitude(waveform, 440)).toBeCloseTo(first, 2);
    expect(amplitude(waveform, 880)).toBeCloseTo(second, 2);
  });

  test('a lossless file is exactly the WAV that it was made from', async () => {
    const waveform = await (await open(await fixture('mono-16k.flac'))).waveform();
    const worst = Math.max(...tone(440, 8000).map((value, i) => Math.abs(value - waveform[i]!)));
    expect(worst).toBeLessThanOrEqual(1 / 32_768);
  });

  test('the content counts, not the name', async () => {
    const item = await open(await fixture('mono-16k.flac'), 'really.wav');
    expect(amplitude(await item.waveform(), 440)).toBeCloseTo(0.5, 3);
  });

  test('an ID3 tag in front is passed over', async () => {
    const tag = new Uint8Array(10 + 200);
    tag.set([0x49, 0x44, 0x33, 4, 0, 0, 0, 0, 1, 72]); // ID3v2.4, 128 + 72 bytes
    for (const name of ['mono-16k.flac', 'mono-16k.mp3']) {
      const item = await open(new Uint8Array([...tag, ...(await fixture(name))]), name);
      expect(amplitude(await item.waveform(), 440)).toBeCloseTo(0.5, 2);
    }
  });
});

test.each([
  ['8 kHz with 5.1 channels', 'surround-8k.wav', 0.5 / 6, 1.25 / 6],
  ['48 kHz with 5.1 channels', 'surround-48k-vorbis.ogg', 0.5 / 6, 1 / 6], // its encoder takes 880 Hz out of the LFE
])('%s is averaged and resampled', async (_, name, first, second) => {
  const waveform = await (await open(await fixture(name))).waveform();
  expect(waveform).toHaveLength(8000);
  expect(amplitude(waveform, 440)).toBeCloseTo(first, 2);
  expect(amplitude(waveform, 880)).toBeCloseTo(second, 2);
});

test('96 kHz is resampled', async () => {
  const waveform = await (await open(wav(tone(1000, 96_000, { rate: 96_000 }), { rate: 96_000 }))).waveform();
  expect(waveform).toHaveLength(16_000);
  expect(amplitude(waveform, 1000)).toBeCloseTo(0.5, 3);
});

describe('a span', () => {
  test.each(['stereo-44k-24bit.flac', 'mono-22k-vorbis.ogg', 'stereo-44k.mp3', 'surround-8k.wav', 'stereo-48k.opus'])(
    'of %s is what the whole recording has there',
    async (name) => {
      const item = await open(await fixture(name));
      const whole = await item.waveform();
      for (const [start, end] of [
        [0, 1],
        [0, 5000],
        [3211, 3999],
        [7000, 8000],
      ] as const) {
        expect(await item.waveform({ start, end })).toEqual(whole.slice(start, end));
      }
    },
  );

  test('of a recording of three hours reads no more than it needs', async () => {
    const header = wav([]);
    const bytes = 3 * 3600 * 16_000 * 2;
    new DataView(header.buffer).setUint32(40, bytes, true);
    let read = 0;
    const source = {
      size: header.length + bytes,
      read: (start: number, end: number) => {
        read += end - start;
        const zeros = new Uint8Array(Math.max(0, Math.min(end, source.size) - start));
        if (start < header.length) zeros.set(header.subarray(start, end));
        return Promise.resolve(zeros);
      },
    };
    const item = await openAudio(source, { name: 'long.wav' });
    expect(item.samples).toBe(3 * 3600 * 16_000);
    expect(await item.waveform({ start: 160_000_000, end: 160_320_000 })).toHaveLength(320_000);
    expect(read).toBeLessThan(3 * 2 ** 20);
    await expect(item.waveform()).rejects.toThrow(
      'long.wav: 180.0 minutes are more than the 30 that are decoded at once',
    );
  });
});

test('lengths come from headers, without decoding', async () => {
  for (const name of ['mono-16k.flac', 'stereo-44k.mp3', 'mono-22k-vorbis.ogg', 'stereo-48k.opus', 'surround-8k.wav']) {
    expect(await audioLength(bytesSource(await fixture(name)), name)).toBe(8000);
  }
});

test('an MP3 without a length tag is estimated by its first frames, and counted when it is opened', async () => {
  const bytes = await fixture('mono-16k.mp3');
  const tag = new TextDecoder('latin1').decode(bytes).search(/Xing|Info/);
  expect(tag).toBeGreaterThan(0);
  bytes.fill(0, tag, tag + 4);
  const estimate = await audioLength(bytesSource(bytes), 'x');
  const item = await open(bytes);
  expect(Math.abs(item.samples - 8000)).toBeLessThan(3 * 1152);
  expect(Math.abs(estimate - item.samples)).toBeLessThan(1152);
  expect(await item.waveform()).toHaveLength(item.samples);
});
