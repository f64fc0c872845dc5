/** What a picture is drawn in, in CSS pixels. */
export const WIDTH = 360;
export const HEIGHT = 64;

/** The lowest and highest sample of each column of a picture, in [-1, 1] of the loudest one. */
export interface Envelope {
  readonly low: Float32Array;
  readonly high: Float32Array;
}

/** A waveform as columns; shorter ones than the picture is wide have as many columns as samples. */
export function envelope(waveform: Float32Array, columns = WIDTH): Envelope {
  const width = Math.max(1, Math.min(columns, waveform.length));
  const loudest = waveform.reduce((most, value) => Math.max(most, Math.abs(value)), 0) || 1;
  const [low, high] = [new Float32Array(width), new Float32Array(width)];
  for (let column = 0; column < width; column++) {
    const start = Math.floor((column * waveform.length) / width);
    const end = Math.floor(((column + 1) * waveform.length) / width);
    let [least, most] = [waveform[start] ?? 0, waveform[start] ?? 0];
    for (let i = start; i < end; i++) [least, most] = [Math.min(least, waveform[i]!), Math.max(most, waveform[i]!)];
    low[column] = least / loudest;
    high[column] = most / loudest;
  }
  return { low, high };
}

/** An envelope as the closed outline of an SVG path over the whole picture. */
export function outline({ low, high }: Envelope): string {
  const x = (column: number): string => coordinate((WIDTH * (column + 0.5)) / low.length);
  const y = (value: number): string => coordinate((HEIGHT / 2) * (1 - 0.95 * value));
  const above = Array.from(high, (value, column) => `${x(column)} ${y(value)}`);
  const below = Array.from(low, (value, column) => `${x(column)} ${y(value)}`).reverse();
  return `M${[...above, ...below].join('L')}Z`;
}

/** A number without digits that nobody sees. */
export const coordinate = (value: number): string => String(Math.round(10 * value) / 10);
