import { CheckpointError } from '../errors.js';
import type { HostTensor } from '../encoder/host.js';
import type { ParameterSpecs } from '../weights/parameter.js';
import { fromPyTorch, toPyTorch } from './layout.js';
import type { Layout, NameMap, NameRule } from './name-map.js';
import { nearest } from './nearest.js';
import { joinParts, takePart } from './parts.js';

/** What became of a set of tensors under a name map, and what did not fit. */
export interface Conversion {
  readonly tensors: Map<string, HostTensor>;
  /** Names that the map knows and does not need. */
  readonly ignored: readonly string[];
  /** Names that no rule matches, or that become something the model does not have; with the nearest known name. */
  readonly unexpected: readonly { readonly name: string; readonly nearest: string | undefined }[];
  /** Names that should have come out and did not. */
  readonly missing: readonly string[];
  /** Tensors, under their new names, whose shape is not the model's. */
  readonly misshapen: readonly {
    readonly name: string;
    readonly got: readonly number[];
    readonly expected: readonly number[];
  }[];
}

/** The rules of a map; its `config` is not needed here. */
type Rules = Pick<NameMap, 'rules'>;

/**
 * Another code base's tensors → ours: the first rule whose pattern matches a whole name renames it and moves its axes.
 *
 * @param expected our parameters, to find missing, unexpected and misshapen ones; absent: only the rules are checked
 * @throws CheckpointError when two tensors become the same one, or a tensor has not the axes that its layout needs
 */
export function convertNames(
  foreign: ReadonlyMap<string, HostTensor>,
  map: Rules,
  expected?: ParameterSpecs,
): Conversion {
  const find = matcher(map);
  const tensors = new Map<string, HostTensor>();
  const from = new Map<string, string>();
  const parts = new Map<string, (HostTensor | undefined)[]>();
  const ignored: string[] = [];
  const strangers: string[] = [];
  for (const [name, tensor] of foreign) {
    const match = find(name);
    if (match?.to === null) ignored.push(name);
    else if (!match || (expected && !Object.hasOwn(expected, match.to))) strangers.push(name);
    else {
      const [index, of] = match.part ?? [0, 1];
      const slot = of === 1 ? match.to : `${match.to} (part ${index + 1} of ${of})`;
      const earlier = from.get(slot);
      if (earlier !== undefined) throw new CheckpointError(`'${earlier}' and '${name}' both become '${slot}'`);
      from.set(slot, name);
      const moved = fromPyTorch(match.layout, tensor, name);
      if (of === 1) tensors.set(match.to, moved);
      else parts.set(match.to, (parts.get(match.to) ?? Array<undefined>(of).fill(undefined)).with(index, moved));
    }
  }
  for (const [name, pieces] of parts) {
    const complete = pieces.filter((piece) => piece !== undefined);
    if (complete.length === pieces.length) tensors.set(name, joinParts(complete, name));
  }
  const known = [...from.values(), ...Object.keys(expected ?? {})];
  const specs = Object.entries(expected ?? {});
  return {
    tensors,
    ignored,
    unexpected: strangers.map((name) => ({ name, nearest: nearest(name, known) })),
    missing: specs.map(([name]) => name).filter((name) => !tensors.has(name)),
    misshapen: specs.flatMap(([name, { shape }]) => {
      const got = tensors.get(name)?.shape;
      return !got || sameShape(got, shape) ? [] : [{ name, got, expected: shape }];
    }),
  };
}

/**
 * Our tensors (weights, gradients) → another code base's names and axes, the inverse of `convertNames`. A pattern cannot
 * be run backwards, so the foreign names are given: those of a file to compare with, or of a model to write.
 *
 * `missing` lists foreign names that have a rule and no tensor of ours, `unexpected` foreign names that have no rule,
 * and our names that nothing asked for, each with the nearest name of ours.
 *
 * @throws CheckpointError when a tensor has not the axes that its layout needs
 */
export function convertBack(
  ours: ReadonlyMap<string, HostTensor>,
  map: Rules,
  foreignNames: Iterable<string>,
): Conversion {
  const find = matcher(map);
  const tensors = new Map<string, HostTensor>();
  const used = new Set<string>();
  const ignored: string[] = [];
  const missing: string[] = [];
  const strangers: string[] = [];
  for (const name of foreignNames) {
    const match = find(name);
    const tensor = match?.to == null ? undefined : ours.get(match.to);
    if (!match) strangers.push(name);
    else if (match.to === null) ignored.push(name);
    else if (!tensor) missing.push(name);
    else {
      used.add(match.to);
      const [index, of] = match.part ?? [0, 1];
      const own = of === 1 ? tensor : takePart(tensor, index, of, match.to);
      tensors.set(name, toPyTorch(match.layout, own, match.to));
    }
  }
  const unused = [...ours.keys()].filter((name) => !used.has(name));
  const unexpected = [...strangers, ...unused].map((name) => ({ name, nearest: nearest(name, used) }));
  return { tensors, ignored, unexpected, missing, misshapen: [] };
}

/**
 * The tensors of a conversion that fits.
 *
 * @param source the file or model, for the error
 * @param allow names that may be missing or unexpected: heads, a decoder, a teacher
 * @throws CheckpointError that lists every name that is missing, unexpected or misshapen
 */
export function requireComplete(
  conversion: Conversion,
  source: string,
  allow: readonly RegExp[] = [],
): Map<string, HostTensor> {
  const counts = (name: string): boolean => !allow.some((pattern) => name.search(pattern) >= 0);
  const problems = [
    ...conversion.missing.filter(counts).map((name) => `missing '${name}'`),
    ...conversion.unexpected
      .filter(({ name }) => counts(name))
      .map(
        ({ name, nearest: known }) =>
          `unexpected '${name}'${known === undefined ? '' : `; the nearest known name is '${known}'`}`,
      ),
    ...conversion.misshapen.map(
      ({ name, got, expected }) =>
        `'${name}' has the shape [${got.join(', ')}], the model needs [${expected.join(', ')}]`,
    ),
  ];
  if (problems.length > 0) {
    throw new CheckpointError(`${source}: ${problems.length} tensors do not fit\n  ${problems.join('\n  ')}`, {
      hint: 'the weights belong to another configuration, task or format',
    });
  }
  return conversion.tensors;
}

type Match = { readonly to: string | null; readonly layout: Layout; readonly part: NameRule['part'] };

/** Looks names up in the rules. */
function matcher({ rules }: Rules): (name: string) => Match | undefined {
  const whole = rules.map((rule) => ({
    ...rule,
    from: new RegExp(`^(?:${rule.from.source})$`, rule.from.flags.replace(/[gy]/g, '')),
  }));
  return (name) => {
    const rule = whole.find(({ from }) => from.test(name));
    if (!rule) return undefined;
    const to = rule.to === null ? null : name.replace(rule.from, rule.to);
    return { to, layout: rule.layout ?? 'same', part: rule.part };
  };
}

const sameShape = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((size, axis) => size === b[axis]);
