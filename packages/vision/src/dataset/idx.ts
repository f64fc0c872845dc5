import { checkClasses, checkLabel, numbered, SampleError, type Dataset } from '@d2v/core';
import type { ImageItem } from '../image/item.js';
import { arrayDataset } from './pixel-array.js';

/** An array of bytes in the IDX format of MNIST. */
export interface IdxArray {
  readonly shape: readonly number[];
  readonly data: Uint8Array;
}

/** The type code of unsigned bytes, the only one that images and labels come in. */
const unsignedByte = 0x08;

/**
 * Reads IDX: two zero bytes, type, rank, big-endian sides, values. `data` is a view of `bytes`.
 * @throws SampleError when the header is wrong or the length is not what the header says
 */
export function parseIdx(bytes: Uint8Array, source: string): IdxArray {
  const hint = 'is it an uncompressed or gzipped IDX file, and was it fetched completely?';
  const [first, second, type, rank = 0] = bytes;
  if (bytes.length < 4 || first !== 0 || second !== 0 || rank === 0) {
    throw new SampleError(source, 'not an IDX file: it does not begin with 00 00 type rank', { hint });
  }
  if (type !== unsignedByte) {
    throw new SampleError(source, `IDX type 0x${type!.toString(16).padStart(2, '0')} is not unsigned byte (0x08)`, {
      hint: 'store pixels and labels as unsigned bytes',
    });
  }
  const start = 4 + 4 * rank;
  if (bytes.length < start) throw new SampleError(source, 'the IDX header is cut off', { hint });
  const header = new DataView(bytes.buffer, bytes.byteOffset, start);
  const shape = Array.from({ length: rank }, (_, axis) => header.getUint32(4 + 4 * axis));
  const wanted = shape.reduce((a, b) => a * b, 1);
  const got = bytes.length - start;
  if (got !== wanted) {
    const problem = got < wanted ? 'the file is cut off' : 'the file is too long';
    throw new SampleError(source, `${problem}: (${shape.join(', ')}) needs ${wanted} bytes, ${got} are there`, {
      hint,
    });
  }
  return { shape, data: bytes.subarray(start) };
}

/** The bytes of an IDX file and what errors call it. */
export interface IdxFile {
  readonly bytes: Uint8Array;
  readonly name: string;
}

/**
 * Images (N, H, W) or (N, H, W, C) with labels (N) as a dataset.
 * @throws SampleError when a file is damaged, the counts differ or a label is out of range
 */
export function idxDataset(images: IdxFile, labels?: IdxFile, classes?: readonly string[]): Dataset<ImageItem> {
  const { shape, data } = parseIdx(images.bytes, images.name);
  if ((shape.length !== 3 && shape.length !== 4) || shape.includes(0)) {
    throw new SampleError(images.name, `(${shape.join(', ')}) is not a list of images`, {
      hint: 'images are (count, height, width) or (count, height, width, channels): were images and labels swapped?',
    });
  }
  if (!labels) return arrayDataset({ pixels: data, shape, name: images.name });
  const numbers = labelsOf(labels, shape[0]!, images.name);
  checkClasses(classes);
  const names = classes ?? numbered(numbers);
  numbers.forEach((label, row) => checkLabel(label, names.length, `${labels.name}[${row}]`));
  return arrayDataset({ pixels: data, shape, labels: numbers, classes: names, name: images.name });
}

function labelsOf({ bytes, name }: IdxFile, count: number, images: string): Uint8Array {
  const { shape, data } = parseIdx(bytes, name);
  if (shape.length === 1 && shape[0] === count) return data;
  const found = shape.length === 1 ? `${shape[0]} labels` : `an array of (${shape.join(', ')})`;
  throw new SampleError(name, `${found} for the ${count} images of ${images}`, {
    hint: 'name the label file that belongs to the images',
  });
}
