/** Width and height in pixels. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** A rectangle of whole pixels, measured from the top left corner. */
export interface Box extends Size {
  readonly left: number;
  readonly top: number;
}

/** The box that covers a picture of this size. */
export const whole = ({ width, height }: Size): Box => ({ left: 0, top: 0, width, height });

/** Whether `box` is all of a picture of that size. */
export const isWhole = (box: Box, { width, height }: Size): boolean =>
  box.left === 0 && box.top === 0 && box.width === width && box.height === height;

/** The box of `inner`'s size in the middle of `outer`, rounded as torchvision's CenterCrop does. */
export function centred(outer: Size, inner: Size): Box {
  return {
    left: roundHalfEven((outer.width - inner.width) / 2),
    top: roundHalfEven((outer.height - inner.height) / 2),
    width: inner.width,
    height: inner.height,
  };
}

/** Python's `round`: halves go to the even neighbour. */
export function roundHalfEven(x: number): number {
  const floor = Math.floor(x);
  if (x - floor !== 0.5) return Math.round(x);
  return floor % 2 === 0 ? floor : floor + 1;
}
