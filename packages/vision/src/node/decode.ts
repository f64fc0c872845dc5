import { SampleError } from '@d2v/core';
import sharp, { type Metadata, type Sharp } from 'sharp';
import { isWhole, whole, type Box, type Size } from '../image/geometry.js';
import type { ImageItem, View } from '../image/item.js';
import { flipHorizontally, withChannels, type Channels, type Raster } from '../image/raster.js';
import { resample } from '../image/resample/index.js';

/** Pixels of the largest image that is decoded: PIL's limit, above which a file is taken for a decompression bomb. */
export const maximumPixels = 178_956_970;

const kernels = { bicubic: 'cubic', bilinear: 'linear' } as const;

/** Formats whose decoder can skip pixels when only a smaller picture is wanted. */
const shrinkable = new Set(['jpeg', 'webp']);

let configured = false;

/** Several images are decoded side by side: one thread for each is fastest, and nothing is decoded twice. */
function configure(): void {
  if (configured) return;
  configured = true;
  sharp.concurrency(1);
  sharp.cache(false);
}

/**
 * An image file (JPEG, PNG, WebP, GIF, AVIF, TIFF, whatever its extension says) as an item; only its header is read.
 *
 * Pixels come upright (EXIF orientation), of the first frame, over white where they are transparent, in 8 bits, CMYK
 * converted to RGB through its profile; RGB values are taken as they are, without colour management, as PIL does.
 * They are resampled bit for bit as PIL does; a view that shrinks at least twofold by libvips, whose values differ a
 * little. There, a JPEG's or WebP's decoder skips pixels, and the box may be off by half an output pixel.
 *
 * @throws SampleError when the bytes are not an image, or one of more than `maximumPixels`
 */
export async function openImage(bytes: Uint8Array, name: string, label?: number): Promise<ImageItem> {
  configure();
  if (bytes.length === 0) throw new SampleError(name, 'the file is empty', { hint: 'delete it or fetch it again' });
  let header: Metadata;
  try {
    header = await sharp(bytes, { limitInputPixels: false, pages: 1 }).metadata();
  } catch (cause) {
    throw undecodable(name, cause);
  }
  const { width, height } = header.autoOrient;
  if (width * height > maximumPixels) {
    throw new SampleError(name, `${width}×${height} pixels are more than the ${maximumPixels} that are decoded`, {
      hint: 'shrink the image, or remove it: it may be a decompression bomb',
    });
  }
  return {
    name,
    ...(label === undefined ? {} : { label }),
    width,
    height,
    pixels: (view) => decode(bytes, header, name, view),
  };
}

async function decode(bytes: Uint8Array, header: Metadata, name: string, view: View): Promise<Raster> {
  const { size, filter } = view;
  const box = view.box ?? whole(header.autoOrient);
  const cut = view.cut ?? whole(size);
  let image = sharp(bytes, {
    pages: 1,
    limitInputPixels: maximumPixels,
    failOn: 'truncated',
    ignoreIcc: header.space !== 'cmyk',
    autoOrient: (header.orientation ?? 1) > 1,
  });
  if (header.hasAlpha) image = image.flatten({ background: '#ffffff' });
  const raster = shrinksTwofold(size, box)
    ? await run(shrunk(image, header, { box, size, cut, filter }), name)
    : resample(await run(cropped(image, box, header.autoOrient), name), size, filter, { cut });
  const out = withChannels(raster, view.channels);
  if (view.flip) flipHorizontally(out); // sharp would mirror before the cut
  return out;
}

async function run(image: Sharp, name: string): Promise<Raster> {
  try {
    const { data, info } = await image.toColourspace('srgb').raw().toBuffer({ resolveWithObject: true });
    const pixels = new Uint8Array(data.buffer, data.byteOffset, data.length);
    return { data: pixels, width: info.width, height: info.height, channels: info.channels as Channels };
  } catch (cause) {
    throw undecodable(name, cause);
  }
}

/** Where a few rows at a time are enough, and decoders can skip pixels, libvips resamples; else we do, as PIL. */
const shrinksTwofold = (size: Size, box: Box): boolean => 2 * size.width <= box.width && 2 * size.height <= box.height;

const cropped = (image: Sharp, box: Box, full: Size): Sharp =>
  isWhole(box, full) ? image : image.extract({ left: box.left, top: box.top, width: box.width, height: box.height });

/** Crop, shrink, crop, as one lazy pipeline. */
function shrunk(
  image: Sharp,
  { autoOrient: full, format }: Metadata,
  { box, size, cut, filter }: Required<Pick<View, 'box' | 'size' | 'cut' | 'filter'>>,
): Sharp {
  const resize = { fit: 'fill', kernel: kernels[filter] } as const;
  if (!shrinkable.has(format)) return cropped(cropped(image, box, full).resize({ ...size, ...resize }), cut, size);
  const across = size.width / box.width;
  const down = size.height / box.height;
  const target = { width: Math.round(full.width * across), height: Math.round(full.height * down) };
  const part = {
    ...cut,
    left: Math.min(Math.round(box.left * across) + cut.left, target.width - cut.width),
    top: Math.min(Math.round(box.top * down) + cut.top, target.height - cut.height),
  };
  return cropped(image.resize({ ...target, ...resize }), part, target);
}

function undecodable(name: string, cause: unknown): SampleError {
  const message = (cause as Error).message
    .trim()
    .replace(/^Input buffer /, '')
    .replaceAll('\n', '; ');
  return new SampleError(name, `not a readable image (${message})`, {
    hint: 'the file is damaged or not an image: fetch it again or remove it',
    cause,
  });
}
