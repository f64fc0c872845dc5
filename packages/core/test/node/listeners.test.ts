import { loadBackend } from '../../src/node/backend.js';
import { withoutErrorListeners } from '../../src/node/listeners.js';

const listeners = () => (['uncaughtException', 'unhandledRejection'] as const).map((event) => process.listeners(event as 'uncaughtException')); // prettier-ignore

test('the wasm backend leaves uncaught errors to the application', async () => {
  const before = listeners();
  await loadBackend('wasm');
  expect(listeners()).toEqual(before);
});

test('listeners of before stay, those that are added go, whatever becomes of the load', async () => {
  const [own, added] = [() => undefined, () => undefined];
  process.on('uncaughtException', own);
  try {
    const load = withoutErrorListeners(async () => {
      process.on('uncaughtException', added);
      process.on('unhandledRejection', added);
      throw new Error('it does not load');
    });
    await expect(load).rejects.toThrow('it does not load');
    const [exceptions, rejections] = listeners();
    expect(exceptions).toContain(own);
    for (const each of [exceptions, rejections]) expect(each).not.toContain(added);
  } finally {
    process.removeListener('uncaughtException', own);
  }
});
