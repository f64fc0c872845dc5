const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0];
const ALIGNMENT = 64;

/**
 * A NumPy `.npy` file (format 1.0) of little-endian float32 in C order, which `numpy.load` reads.
 *
 * @returns header and data, to be written one after the other; the data are a view of `values`
 */
export function npyChunks(values: Float32Array, shape: readonly number[]): [Uint8Array, Uint8Array] {
  const axes = shape.length === 1 ? `${shape[0]},` : shape.join(', ');
  const text = `{'descr': '<f4', 'fortran_order': False, 'shape': (${axes}), }`;
  const start = MAGIC.length + 2;
  const length = Math.ceil((start + text.length + 1) / ALIGNMENT) * ALIGNMENT;
  const header = new Uint8Array(length).fill(0x20);
  header.set(MAGIC);
  new DataView(header.buffer).setUint16(MAGIC.length, length - start, true);
  header.set(new TextEncoder().encode(text), start);
  header[length - 1] = 0x0a;
  return [header, new Uint8Array(values.buffer, values.byteOffset, values.byteLength)];
}
