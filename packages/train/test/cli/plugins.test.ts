import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { finetune, pretrain } from '../../src/index.js';
import { offeredCommands } from '../../src/cli/plugins/offers.js';
import { finetuning, pretraining, scratch, temporaryFolder } from '../api/squares.js';
import { d2v } from './d2v.js';

const folder = temporaryFolder();
const application = join(folder, 'application');
const inside = join(application, 'deep', 'inside');
const before = process.cwd();

/** A plugin's package; `commands` is JavaScript, an object of commands. */
function install(name: string, announced: object | undefined, commands: string): void {
  const place = join(application, 'node_modules', name);
  mkdirSync(place, { recursive: true });
  const manifest = { name, version: '1.0.0', type: 'module', exports: { '.': './index.js' } };
  writeFileSync(join(place, 'package.json'), JSON.stringify({ ...manifest, d2v: { commands: announced } }));
  const plugin = `{ name: '${name}', configSchema: {}, createEncoder: () => {}, commands: async () => (${commands}) }`;
  writeFileSync(join(place, 'index.js'), `export default ${plugin};\n`);
}

const HUM = `{
  hum: {
    description: 'hums files', arguments: '<files...>', examples: ['d2v hum a.wav --times 2'],
    options: [
      { flags: '--times <n>', description: 'how often', default: '1' },
      { flags: '--loud', description: 'loudly' },
      { flags: '--key <name>', description: 'in which key', required: true },
    ],
    async run({ arguments: files, options, tools }) {
      tools.note('humming');
      tools.progress(1, 2);
      tools.print(JSON.stringify({ files, options, aborted: tools.signal.aborted }));
    },
  },
}`;

const MODEL = `{
  model: {
    description: 'tells of a run', arguments: '<run>', examples: ['d2v model runs/x'],
    async run({ arguments: [run], tools }) {
      const { path, network, weights, task, classes, encoder, transform, dispose } = await tools.loadModel(run);
      tools.print(JSON.stringify({
        path, dim: network.config.dim, head: Object.keys(weights).filter((name) => name.startsWith('head.')),
        task: task && { name: task.name, options: task.options, parameters: Object.keys(task.head.parameters) },
        classes, patchSize: encoder.patchSize, crop: transform.crop,
      }));
      dispose();
    },
  },
  slow: {
    description: 'waits for Ctrl-C', examples: [],
    run: ({ tools }) => new Promise((resolve) => {
      tools.signal.addEventListener('abort', () => { tools.print('told to stop'); resolve(); });
      process.emit('SIGINT');
    }),
  },
}`;

beforeAll(() => {
  mkdirSync(inside, { recursive: true });
  install('d2v-plugin-hum', { hum: 'hums files', embed: 'not to be had' }, HUM);
  install('@choir/d2v-plugin-model', { model: 'tells of a run', slow: 'waits', sing: 'sings' }, MODEL);
  const sings = (who: string): string =>
    `{ sing: { description: 'sings', examples: [], async run({ tools }) { tools.print('${who}'); } } }`;
  install('d2v-plugin-alto', { sing: 'sings' }, sings('alto'));
  install('bass', { sing: 'sings low' }, sings('bass'));
  install('unnamed', { whistle: 'is no dependency' }, sings('nobody'));
  install(
    'd2v-plugin-odd',
    { odd: 'has options of its own' },
    `{ odd: { examples: [], options: [{ flags: '--backend <x>' }] } }`,
  );
  writeFileSync(join(application, 'package.json'), JSON.stringify({ dependencies: { bass: '1.0.0' } }));
  process.chdir(inside);
});
afterAll(() => {
  process.chdir(before);
  rmSync(folder, { recursive: true, force: true });
});

test('plugins are found from the working directory upwards: by their name, or as a dependency of the application', () => {
  const found = offeredCommands().filter(({ modality }) => !modality.startsWith('@d2v/'));
  expect(found.map(({ command, modality }) => `${command} ${modality}`).sort()).toEqual([
    'embed d2v-plugin-hum',
    'hum d2v-plugin-hum',
    'model @choir/d2v-plugin-model',
    'odd d2v-plugin-odd',
    'sing @choir/d2v-plugin-model',
    'sing bass',
    'sing d2v-plugin-alto',
    'slow @choir/d2v-plugin-model',
  ]);
});

test('--help lists their commands with the packages that have them, once each, and loads none', async () => {
  const { code, out } = await d2v('--help');
  expect(code).toBe(0);
  expect(out).toMatch(/^ {2}hum +hums files \(d2v-plugin-hum\)$/m);
  expect(out.match(/^ {2}sing /gm)).toHaveLength(1);
  expect(out.replace(/\s+/g, ' ')).toContain('sings (@choir/d2v-plugin-model, d2v-plugin-alto, bass)');
  expect(out.match(/^ {2}embed /gm)).toHaveLength(1);
  expect(out).toMatch(/^ {2}pretrain /m);
});

test.each([[['hum', '--help']], [['help', 'hum']]])('%j shows arguments, options and examples', async (args) => {
  const { code, out } = await d2v(...args);
  expect(code).toBe(0);
  expect(out).toContain('Usage: d2v hum [options] <files...>');
  expect(out).toMatch(/--times <n> +how often \(default: "1"\)/);
  expect(out).toMatch(/--backend <name> .*what computes/);
  expect(out).toContain('Examples:\n  d2v hum a.wav --times 2');
});

test('a command gets its arguments, its options and nothing of what is d2v’s own', async () => {
  const { code, out, err } = await d2v('hum', 'a.wav', 'b.wav', '--key', 'c', '--loud', '--backend', 'wasm');
  expect(code).toBe(0);
  const options = { times: '1', loud: true, key: 'c' };
  expect(JSON.parse(out)).toEqual({ files: ['a.wav', 'b.wav'], options, aborted: false });
  expect(err).toContain('humming\n');
});

test.each([
  ['an argument that is missing', ['hum', '--key', 'c'], /missing required argument 'files'/],
  ['an option that is missing', ['hum', 'a.wav'], /required option '--key <name>' not specified/],
  [
    'an option that it does not have',
    ['hum', 'a', '--key', 'c', '--lod'],
    /unknown option '--lod'\n\(Did you mean --loud\?\)/,
  ],
  [
    'a backend that there is not',
    ['hum', 'a', '--key', 'c', '--backend', 'x'],
    /argument 'x' is invalid. Allowed choices are auto/,
  ],
  [
    'a command of two packages',
    ['sing'],
    /'sing' is a command of @choir\/d2v-plugin-model and of d2v-plugin-alto and of bass\n.*--modality/,
  ],
  [
    'a package that announces it and has it not',
    ['sing', '--modality', '@choir/d2v-plugin-model'],
    /@choir\/d2v-plugin-model has no command 'sing'; it has model, slow\n.*d2v-plugin-alto and of bass/,
  ],
  [
    'a package that is not there',
    ['sing', '--modality=d2v-plugin-tenor'],
    /cannot load the modality 'd2v-plugin-tenor'/,
  ],
  ['an option that is d2v’s', ['odd'], /d2v-plugin-odd: the command 'odd' is not well defined: --backend is d2v's own/],
  ['a name that is close', ['humm'], /unknown command 'humm'\n\(Did you mean hum\?\)/],
])('%s is one message, without a stack', async (_, args, message) => {
  const { code, out, err } = await d2v(...args);
  expect(code).toBe(1);
  expect(err).toMatch(message);
  expect(err).not.toMatch(/^ +at /m);
  expect(out).toBe('');
});

test('--modality chooses among the packages that have a command', async () => {
  expect((await d2v('sing', '--modality', 'd2v-plugin-alto')).out).toBe('alto\n');
  expect((await d2v('sing', '--modality=bass')).out).toBe('bass\n');
});

test('Ctrl-C aborts the signal, and the process ends with 130', async () => {
  const listeners = process.listenerCount('SIGINT');
  const { code, out, err } = await d2v('slow');
  expect({ code, out }).toEqual({ code: 130, out: 'told to stop\n' });
  expect(err).toContain('once more to stop at once');
  expect(process.listenerCount('SIGINT')).toBe(listeners);
});

test('loadModel loads a pre-trained run, and a fine-tuned one with its head', async () => {
  const [run, tuned] = [join(folder, 'run'), join(folder, 'tuned')];
  const config = pretraining(join(folder, 'data'));
  await pretrain({ config: { ...config, training: { ...config.training, updates: 1 } }, out: run });
  const { out } = await d2v('model', run);
  expect(JSON.parse(out)).toEqual({ path: run, dim: 16, head: [], patchSize: 2, crop: 'none' });

  await finetune({ config: { ...finetuning(join(folder, 'data'), 1), ...scratch }, out: tuned });
  expect(JSON.parse((await d2v('model', tuned)).out)).toMatchObject({
    head: ['head.bias', 'head.norm.bias', 'head.norm.weight', 'head.weight'],
    task: {
      name: 'classification',
      options: { mix: { mixup: 0 } },
      parameters: ['norm.weight', 'norm.bias', 'weight', 'bias'],
    },
    classes: ['top left', 'top right', 'bottom left', 'bottom right'],
  });
  const missing = await d2v('model', join(folder, 'nowhere'));
  expect(missing).toMatchObject({ code: 1, out: '' });
  expect(missing.err).toMatch(/there is no such run/);
});
