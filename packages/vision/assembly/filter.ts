// The two passes of image/resample in AssemblyScript, compiled by `npm run wasm` into src/image/resample/filter.wasm.ts.
// Addresses are of the module's own memory; the 16 bytes behind every buffer may be read and written.

/** Bits of a fixed-point weight: 8 for the pixel and 2 for overshoot are left of an i32. */
const precision: i32 = 22;
const half: i32 = 1 << (precision - 1);

/** Four sums → their values, clipped to 16 bits. */
function words(low: v128, high: v128): v128 {
  return i16x8.narrow_i32x4_s(i32x4.shr_s(low, precision), i32x4.shr_s(high, precision));
}

/**
 * Along the rows: output x of a row is Σ_k weights[x·taps + k] · input[first[x] + k] over count[x] pixels. A pixel is read
 * and written as four bytes; those beyond its channels belong to the next one, which is written after it.
 *
 * @param input (height, width, channels) bytes
 * @param output (height, length, channels) bytes
 */
export function filterColumns(
  input: usize,
  width: i32,
  height: i32,
  channels: i32,
  first: usize,
  count: usize,
  weights: usize,
  taps: i32,
  length: i32,
  output: usize,
): void {
  for (let y = 0; y < height; y++) {
    const row = input + y * width * channels;
    for (let x = 0; x < length; x++) {
      let pixel = row + load<i32>(first + (x << 2)) * channels;
      let weight = weights + ((x * taps) << 2);
      const end = weight + (load<i32>(count + (x << 2)) << 2);
      let sums = i32x4.splat(half);
      for (; weight < end; weight += 4, pixel += channels) {
        const values = i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(v128.load32_zero(pixel)));
        sums = i32x4.add(sums, i32x4.mul(values, v128.load32_splat(weight)));
      }
      const clipped = words(sums, sums);
      store<i32>(output, i32x4.extract_lane(i8x16.narrow_i16x8_u(clipped, clipped), 0));
      output += channels;
    }
  }
}

/**
 * Down the columns, whatever the channels: row y of the output is Σ_k weights[y·taps + k] · input[first[y] + k] over
 * count[y] rows.
 *
 * @param row bytes of a row
 */
export function filterRows(
  input: usize,
  row: i32,
  first: usize,
  count: usize,
  weights: usize,
  taps: i32,
  length: i32,
  output: usize,
): void {
  for (let y = 0; y < length; y++) {
    const top = input + load<i32>(first + (y << 2)) * row;
    const start = weights + ((y * taps) << 2);
    const end = start + (load<i32>(count + (y << 2)) << 2);
    for (let i = 0; i < row; i += 16) {
      let a = i32x4.splat(half);
      let b = a;
      let c = a;
      let d = a;
      for (let weight = start, pixel = top + i; weight < end; weight += 4, pixel += row) {
        const bytes = v128.load(pixel);
        const low = i16x8.extend_low_i8x16_u(bytes);
        const high = i16x8.extend_high_i8x16_u(bytes);
        const factor = v128.load32_splat(weight);
        a = i32x4.add(a, i32x4.mul(i32x4.extend_low_i16x8_u(low), factor));
        b = i32x4.add(b, i32x4.mul(i32x4.extend_high_i16x8_u(low), factor));
        c = i32x4.add(c, i32x4.mul(i32x4.extend_low_i16x8_u(high), factor));
        d = i32x4.add(d, i32x4.mul(i32x4.extend_high_i16x8_u(high), factor));
      }
      v128.store(output + i, i8x16.narrow_i16x8_u(words(a, b), words(c, d)));
    }
    output += row;
  }
}
