import { encode } from 'fast-png';
import type { Raster } from '../image/raster.js';

/** Small pictures are shown at a multiple of their size, with sharp edges, so that they are at least this wide. */
const shownWidth = 112;

/** Pixels as an <img> whose data are in the page itself. */
export function imageTag({ data, width, height, channels }: Raster, alt: string): string {
  const zoom = Math.max(1, Math.ceil(shownWidth / width));
  const source = `data:image/png;base64,${base64(encode({ data, width, height, channels, depth: 8 }))}`;
  const style = zoom > 1 ? ' style="image-rendering:pixelated"' : '';
  return `<img src="${source}" width="${width * zoom}" height="${height * zoom}" alt="${escaped(alt)}"${style}>`;
}

function base64(bytes: Uint8Array): string {
  const chunk = 0x8000;
  let text = '';
  for (let i = 0; i < bytes.length; i += chunk) text += String.fromCharCode(...bytes.subarray(i, i + chunk));
  return btoa(text);
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

const escaped = (text: string): string => text.replace(/[&<>"]/g, (character) => entities[character]!);
