import { ConfigError, type HostTensors } from '@d2v/core';

/**
 * Token ids with their padding mask, 1 = padding, which must be on the right.
 *
 * @throws ConfigError for padding elsewhere
 */
export function tokenInputs({ input, padding_mask: padding }: HostTensors): {
  inputs: HostTensors;
  lengths?: readonly number[];
} {
  const [size, tokens] = input!.shape as [number, number];
  const inputs = { ids: { data: Int32Array.from(input!.data), shape: [size, tokens] } };
  if (!padding?.data.includes(1)) return { inputs };
  const lengths = Array.from({ length: size }, (_, row) => {
    const mask = padding.data.subarray(row * tokens, (row + 1) * tokens);
    const first = mask.indexOf(1);
    const length = first < 0 ? tokens : first;
    if (mask.subarray(length).includes(0)) {
      throw new ConfigError(`padding_mask: row ${row} has padding before a real token`, {
        hint: 'pad sequences on the right',
      });
    }
    return length;
  });
  return { inputs, lengths };
}
