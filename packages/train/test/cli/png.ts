/** A grey PNG, 8×8, its top left quarter bright. */
export const SQUARE_PNG: Buffer = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAgAAAAICAAAAADhZOFXAAAAGUlEQVR42mO4c+fOHTk5OTkGPAw5KMDDAACndRNhfm7s/QAAAABJRU5ErkJggg==',
  'base64',
);
