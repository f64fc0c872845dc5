import { readFile } from 'node:fs/promises';
import { SampleError } from '@d2v/core';
import { openAudio, waveformItem } from '../../src/audio/index.js';
import { tone, wav } from '../../../../tools/jest/wav.js';

const fixture = async (name: string): Promise<Uint8Array> =>
  new Uint8Array(await readFile(new URL(`fixtures/${name}`, import.meta.url)));

async function read(bytes: Uint8Array, name = 'talk.wav'): Promise<Float32Array> {
  return (await openAudio(bytes, { name })).waveform();
}

async function refuses(bytes: Uint8Array, message: string | RegExp, name = 'talk.wav'): Promise<void> {
  const reading = read(bytes, name);
  await expect(reading).rejects.toBeInstanceOf(SampleError);
  await expect(reading).rejects.toMatchObject({ sample: name, hint: expect.any(String) as string });
  await expect(reading).rejects.toThrow(message);
}

const sound = tone(440, 4000);

test('an empty file', () => refuses(new Uint8Array(), 'talk.wav: the file is empty'));

test.each(['WAV', 'FLAC'])('a %s of no length', async (kind) => {
  if (kind === 'WAV') return refuses(wav([]), 'it holds no sound: 0 samples');
  const bytes = (await fixture('mono-16k.flac')).slice(0, 42);
  bytes.fill(0, 22, 26);
  await refuses(bytes, /nothing of it can be decoded|0 samples/);
});

test('samples that are not numbers', async () => {
  for (const bad of [NaN, Infinity]) {
    const bytes = wav([...sound, bad, ...sound], { format: 3, width: 4 });
    await refuses(bytes, `its sound holds ${bad}, not only numbers`);
    expect(() => waveformItem(Float32Array.of(0, bad), { name: 'array[3]' })).toThrow(`array[3]: sample 1 is ${bad}`);
  }
});

test.each([44, 100, 4000])('a WAV that is cut off after %d bytes', (end) =>
  refuses(wav(sound).slice(0, end), /cut off: \d+ of 8000 bytes of sound are there/),
);

test.each(['mono-16k.flac', 'mono-22k-vorbis.ogg', 'stereo-48k.opus', 'stereo-44k.mp3'])(
  '%s, cut off in the middle',
  async (name) => {
    const bytes = await fixture(name);
    await refuses(bytes.slice(0, bytes.length / 2), /cut off/, name);
  },
);

test('damaged data in the middle of a FLAC', async () => {
  const bytes = await fixture('stereo-44k-24bit.flac');
  for (let i = 12_000; i < 14_000; i++) bytes[i] = bytes[i]! ^ 0x5a;
  await refuses(bytes, /damaged/, 'hit.flac');
});

test('damaged data in the middle of an MP3, which has no checksums, where it shows', async () => {
  const bytes = await fixture('stereo-44k.mp3');
  for (let i = 0, state = 4; i < 60; i++) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    bytes[300 + (state % (bytes.length - 300))] = (state >> 8) & 255;
  }
  await refuses(bytes, 'the MP3 data is damaged: samples are far outside [-1, 1]', 'hit.mp3');
});

test('a WAV with a header that makes no sense', async () => {
  const changed = (change: (view: DataView) => void): Uint8Array => {
    const bytes = wav(sound);
    change(new DataView(bytes.buffer));
    return bytes;
  };
  await refuses(wav(sound).slice(0, 20), 'the WAV header is damaged');
  await refuses(
    changed((view) => view.setUint32(12, 0)),
    'the WAV header is damaged: the data comes before the format',
  );
  await refuses(
    changed((view) => view.setUint32(36, 0)),
    'the WAV header is damaged: it has no data chunk',
  );
  await refuses(
    changed((view) => view.setUint32(24, 0, true)),
    'the header is damaged: 1 channels at 0 Hz',
  );
  await refuses(
    changed((view) => view.setUint16(22, 0, true)),
    'WAV with format 0x0001, 16 bits, 0 channels is not decoded',
  );
  await refuses(
    changed((view) => view.setUint16(20, 0x11, true)),
    'WAV with IMA ADPCM',
  );
});

test('a FLAC and an Ogg file with damaged headers', async () => {
  const flac = await fixture('mono-16k.flac');
  flac[4] = 3;
  await refuses(flac, 'the FLAC header is damaged: it does not begin with STREAMINFO');
  const ogg = await fixture('mono-22k-vorbis.ogg');
  ogg.fill(0, 28, 40);
  await refuses(ogg, 'Ogg with a codec that is neither Vorbis, Opus nor FLAC is not decoded');
});

test.each<[string, string | readonly number[]]>([
  ['a web page', '<!DOCTYPE html><p>404'],
  ['an image', [0x89, 0x50, 0x4e, 0x47]],
  ['an MP4 (AAC, ALAC) file', '\0\0\0\x20ftypM4A '],
  ['an AIFF file', 'FORM\0\0\0\0AIFF'],
  ['a Git LFS pointer', 'version https://git-lfs.github.com/spec/v1'],
])('%s that is called .wav', (what, content) =>
  refuses(
    typeof content === 'string' ? new TextEncoder().encode(content) : Uint8Array.from(content),
    new RegExp(`talk.wav: this is ${what.replace(/[()]/g, '\\$&')}`),
  ),
);

test('bytes that are nothing', () =>
  refuses(
    Uint8Array.from({ length: 500 }, (_, i) => i % 200),
    'not a recording',
  ));

test('an MP3 that is only a header', () =>
  refuses(Uint8Array.of(0xff, 0xfb, 0x90, 0, ...new Uint8Array(900)), 'no frame begins in its first 64 KiB'));

test('silence and clipping are nothing wrong', async () => {
  expect(await read(wav(new Float32Array(500)))).toEqual(new Float32Array(500));
  const clipped = tone(440, 4000, { amplitude: 3 }).map((value) => Math.max(-1, Math.min(1, value)));
  expect(Math.max(...(await read(wav(clipped))))).toBeCloseTo(1, 3);
});
