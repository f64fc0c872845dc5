import type { HostTensor } from '@d2v/core';

/** One expected tensor and how far ours is from it. */
export interface Comparison {
  readonly name: string;
  /** ‖out − ref‖ / ‖ref‖; infinite when it was not computed or has another size or a value that is not finite. */
  readonly error: number;
}

export interface Group {
  readonly name: string;
  readonly tolerance: number;
  readonly comparisons: readonly Comparison[];
}

/** @param floor what to divide by; default the norm of the reference */
export function relativeError(ours: HostTensor | undefined, reference: HostTensor, floor?: number): number {
  if (ours?.data.length !== reference.data.length) return Infinity;
  let difference = 0;
  let size = 0;
  reference.data.forEach((expected, i) => {
    difference += (ours.data[i]! - expected) ** 2;
    size += expected ** 2;
  });
  const error = Math.sqrt(difference) / (floor ?? Math.sqrt(size));
  if (difference === 0) return 0;
  return Number.isNaN(error) ? Infinity : error;
}

export const worst = ({ comparisons }: Group): Comparison => comparisons.reduce((a, b) => (b.error > a.error ? b : a));

export const withinTolerance = (group: Group): boolean => worst(group).error <= group.tolerance;

export function printReport(title: string, groups: readonly Group[]): void {
  console.log(`\n${title}`);
  for (const group of groups) {
    const { name, error } = worst(group);
    const mark = withinTolerance(group) ? 'ok  ' : 'FAIL';
    const count = String(group.comparisons.length).padStart(3);
    console.log(
      `  ${mark} ${group.name.padEnd(22)} ${count} tensors  worst ${error.toExponential(1)} (≤ ${group.tolerance.toExponential(0)})  ${name}`,
    );
  }
}
