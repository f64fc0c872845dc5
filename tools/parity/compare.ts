import {
  averageTeacher,
  convertBack,
  convertNames,
  createModel,
  disposeBatch,
  parseModelConfig,
  requireComplete,
  teacherNames,
  trainableNames,
  uploadBatch,
  valueAndGradients,
  type HostTensor,
  type Model,
  type Weights,
} from '@d2v/core';
import { add, keep, scalar, tensor, tidy, type Tensor } from '@tensorflow/tfjs-core';
import { readFixture, type Fixture } from './fixture.js';
import { relativeError, type Comparison, type Group } from './report.js';

/** Runs a fixture's model and compares everything that the fixture expects. */
export async function compareFixture(directory: string, modality?: string): Promise<Group[]> {
  const fixture = await readFixture(directory, modality);
  const sections = fixture.map.config(fixture.config);
  const model = createModel(fixture.plugin, parseModelConfig(fixture.plugin, sections));
  const { student, teacher } = loadWeights(fixture, model, directory);
  const computed = new Map<string, HostTensor>([
    ...trainingPass(fixture, model, student, teacher),
    ...evaluationPass(fixture, model, student),
    ...averagingStep(fixture, model, student, teacher),
  ]);
  for (const weights of [student, teacher]) Object.values(weights).forEach((each) => each.dispose());
  return group(fixture.expected, computed);
}

function loadWeights(
  { weights, map, config }: Fixture,
  model: Model,
  source: string,
): { student: Weights; teacher: Weights } {
  const { stored, student: base } = map.teacher(config);
  const own = new Map([...weights].filter(([name]) => !name.startsWith(stored)));
  const averaged = new Map(
    [...weights]
      .filter(([name]) => name.startsWith(stored))
      .map(([name, value]) => [base + name.slice(stored.length), value]),
  );
  return {
    student: upload(requireComplete(convertNames(own, map, model.parameters), source)),
    teacher: upload(requireComplete(convertNames(averaged, map), `${source} (teacher)`)),
  };
}

const upload = (host: ReadonlyMap<string, HostTensor>): Weights =>
  Object.fromEntries([...host].map(([name, { data, shape }]) => [name, tensor(data, [...shape], 'float32')]));

const download = (value: Tensor): HostTensor => ({ data: value.dataSync() as HostTensor['data'], shape: value.shape });

/** Losses, gradients, monitors and every intermediate tensor of one training pass, under the fixture's names. */
function trainingPass(fixture: Fixture, model: Model, student: Weights, teacher: Weights): Map<string, HostTensor> {
  const results = new Map<string, HostTensor>();
  const batch = uploadFixtureBatch(fixture, model);
  const names = trainableNames(model.parameters);
  const extras: Record<string, Tensor> = {};
  const { value, gradients } = valueAndGradients(
    () => {
      const observe = (name: string, each: Tensor): void => void results.set(name, download(each));
      const { terms, metrics, sampleSize } = model.objective.loss(student, teacher, batch, { monitor: true, observe });
      for (const [name, term] of Object.entries(terms)) extras[`loss.${name}`] = keep(term.clone());
      for (const [name, metric] of Object.entries(metrics)) extras[name] = keep(metric.clone());
      extras.sample_size = keep(sampleSize.clone());
      return Object.values(terms).reduce((sum, term) => add(sum, term));
    },
    names.map((name) => student[name]!),
  );
  for (const [name, extra] of Object.entries({ ...extras, 'loss.total': value })) {
    results.set(name, download(extra));
    extra.dispose();
  }
  // fairseq calls the regression loss of a modality IMAGE_regression, AUDIO_regression, …
  for (const name of fixture.expected.keys()) {
    if (/^loss\.[A-Z]+_regression$/.test(name)) results.set(name, results.get('loss.regression')!);
  }
  const ours = new Map<string, HostTensor>();
  gradients.forEach((gradient, i) => {
    if (gradient) ours.set(names[i]!, download(gradient));
    gradient?.dispose();
  });
  renamed(fixture, 'grad.', '', ours).forEach((gradient, name) => results.set(name, gradient));
  disposeBatch(batch);
  return results;
}

function uploadFixtureBatch({ map, input }: Fixture, { objective }: Model) {
  const { mask, ...rest } = input;
  const foreign = map.inputs(rest);
  const size = Object.values(foreign.inputs)[0]!.shape[0]!;
  return uploadBatch(objective.place(Uint8Array.from(mask!.data), { ...foreign, size, tokens: mask!.shape[1]! }));
}

/** `features` and `features_layer_i`: the whole input, nothing masked. */
function evaluationPass(fixture: Fixture, model: Model, student: Weights): Map<string, HostTensor> {
  const results = new Map<string, HostTensor>();
  const batch = uploadFixtureBatch(fixture, model);
  const { tensor: wanted } = model.config.objective.targets;
  tidy(() => {
    const { network } = model;
    const { tokens, blocks } = network.features(student, batch.inputs, batch.real);
    results.set('features', download(tokens));
    blocks.forEach((block, i) => {
      const name = `features_layer_${i}`;
      const layer = wanted === 'block' ? block.x : block.feedForward;
      const contentOnly = fixture.expected.get(name)?.shape[1] === tokens.shape[1];
      results.set(name, download(contentOnly ? network.withoutExtra(layer) : layer));
    });
  });
  disposeBatch(batch);
  return results;
}

function averagingStep(fixture: Fixture, model: Model, student: Weights, teacher: Weights): Map<string, HostTensor> {
  const decay = scalar(fixture.decayAfter);
  const averaged = averageTeacher(teacher, student, decay, model.parameters);
  decay.dispose();
  // A checkpoint may hold teacher tensors that the configuration shares: those follow the student at once.
  const own = new Set(teacherNames(model.network.parameters, model.config.objective.teacher));
  const ours = new Map(
    Object.entries(averaged).map(([name, value]) => [name, download(own.has(name) ? value : student[name]!)]),
  );
  Object.values(averaged).forEach((value) => value.dispose());
  return renamed(fixture, 'ema_after.', fixture.map.teacher(fixture.config).student, ours);
}

/** Tensors of ours under the names that the fixture expects behind `prefix`, which leave `base` out. */
function renamed(
  { expected, map }: Fixture,
  prefix: string,
  base: string,
  ours: ReadonlyMap<string, HostTensor>,
): Map<string, HostTensor> {
  const wanted = [...expected.keys()]
    .filter((name) => name.startsWith(prefix))
    .map((name) => base + name.slice(prefix.length));
  const { tensors } = convertBack(ours, map, wanted);
  return new Map([...tensors].map(([name, value]) => [prefix + name.slice(base.length), value]));
}

/** Families of expected tensors that share a tolerance and a line of the report. */
const GROUPS: readonly [name: string, pattern: RegExp, tolerance: number][] = [
  ['local_features', /^local_features$/, 1e-4],
  ['student_encoded', /^student_encoded$/, 1e-4],
  ['decoded', /^decoded$/, 1e-4],
  ['teacher_layer_*', /^teacher_layer_\d+$/, 1e-4],
  ['targets', /^targets$/, 1e-4],
  ['loss.*', /^loss\./, 1e-4],
  ['sample_size', /^sample_size$/, 0],
  ['pred_var, target_var', /^(pred|target)_var$/, 1e-4],
  ['grad.*', /^grad\./, 1e-3],
  ['features', /^features$/, 1e-4],
  ['features_layer_*', /^features_layer_\d+$/, 1e-4],
  ['ema_after.*', /^ema_after\./, 1e-4],
];

function group(expected: ReadonlyMap<string, HostTensor>, computed: ReadonlyMap<string, HostTensor>): Group[] {
  const gradientNorms = [...expected].filter(([name]) => name.startsWith('grad.')).map(([, value]) => norm(value));
  const largest = Math.max(0, ...gradientNorms);
  const rest = new Set(expected.keys());
  const groups = GROUPS.flatMap(([name, pattern, tolerance]): Group[] => {
    const comparisons: Comparison[] = [];
    for (const [key, reference] of expected) {
      if (!pattern.test(key)) continue;
      rest.delete(key);
      if (isBuffer(key)) continue;
      // A gradient that is rounding noise has no relative error worth the name (fixtures/README.md).
      const floor = name === 'grad.*' ? Math.max(norm(reference), 1e-6 * largest) : undefined;
      comparisons.push({ name: key, error: relativeError(computed.get(key), reference, floor) });
    }
    return comparisons.length > 0 ? [{ name, tolerance, comparisons }] : [];
  });
  const unknown = [...rest].map((name) => ({ name, error: Infinity }));
  return unknown.length > 0 ? [...groups, { name: 'not understood', tolerance: 0, comparisons: unknown }] : groups;
}

/** Index tables that are recomputed, not learned. */
const isBuffer = (name: string): boolean => /relative_position_index$|\.version$/.test(name);

function norm({ data }: HostTensor): number {
  let squares = 0;
  for (const value of data) squares += value * value;
  return Math.sqrt(squares);
}
