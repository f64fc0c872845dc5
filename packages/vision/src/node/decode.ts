import { SampleError } from '@d2v/core';
import sharp, { type Metadata, type Sharp, type SharpOptions } from 'sharp';
import { isWhole, whole, type Box, type Size } from '../image/geometry.js';
import type { ImageItem, View } from '../image/item.js';
import { flipHorizontally, withChannels, type Channels, type Raster } from '../image/raster.js';

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
 * A view that shrinks a JPEG or WebP at least twofold lets the decoder skip pixels; its box may then be off by half an
 * output pixel.
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
  const options: SharpOptions = {
    pages: 1,
    limitInputPixels: maximumPixels,
    failOn: 'truncated',
    ignoreIcc: header.space !== 'cmyk',
    autoOrient: (header.orientation ?? 1) > 1,
  };
  let image = resized(sharp(bytes, options), header, view);
  if (header.hasAlpha) image = image.flatten({ background: '#ffffff' });
  try {
    const { data, info } = await image.toColourspace('srgb').raw().toBuffer({ resolveWithObject: true });
    const pixels = new Uint8Array(data.buffer, data.byteOffset, data.length);
    const raster = { data: pixels, width: info.width, height: info.height, channels: info.channels as Channels };
    const out = withChannels(raster, view.channels);
    if (view.flip) flipHorizontally(out); // sharp would mirror before the cut
    return out;
  } catch (cause) {
    throw undecodable(name, cause);
  }
}

/** Crop, resample, crop, as one lazy pipeline. */
function resized(image: Sharp, header: Metadata, { box, size, cut, filter }: View): Sharp {
  const full: Size = header.autoOrient;
  let [target, kept]: [Size, Box] = [size, cut ?? whole(size)];
  if (box && !isWhole(box, full)) {
    const across = size.width / box.width;
    const down = size.height / box.height;
    if (Math.max(across, down) <= 0.5 && shrinkable.has(header.format)) {
      target = { width: Math.round(full.width * across), height: Math.round(full.height * down) };
      kept = {
        ...kept,
        left: Math.min(Math.round(box.left * across) + kept.left, target.width - kept.width),
        top: Math.min(Math.round(box.top * down) + kept.top, target.height - kept.height),
      };
    } else {
      image = image.extract({ left: box.left, top: box.top, width: box.width, height: box.height });
    }
  }
  image = image.resize({ ...target, fit: 'fill', kernel: kernels[filter] });
  return isWhole(kept, target) ? image : image.extract({ ...kept });
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
