import { jest } from '@jest/globals';
import { followToEnd } from '../../src/cli/follow.js';
import type { RunEvent } from '../../src/trainer/events.js';
import { Run } from '../../src/trainer/run.js';

/** A run of two updates that stops after the first when it is told to. */
function run(signal: AbortSignal): Run {
  async function* events(): AsyncGenerator<RunEvent, never> {
    const end = (update: number): RunEvent =>
      ({ type: 'end', update, total: 2, finished: update === 2, path: 'x', seconds: 1, metrics: {} }) as never;
    yield { type: 'start', update: 0, total: 2, path: 'x', resumed: false } as never;
    await new Promise((resolve) => setTimeout(resolve, 20));
    const last = end(signal.aborted ? 1 : 2);
    yield last;
    return last as never;
  }
  return new Run(events() as never);
}

afterEach(() => jest.restoreAllMocks());

test('a run that ends gives its result', async () => {
  const exit = jest.spyOn(process, 'exit').mockImplementation((() => undefined) as never);
  jest.spyOn(console, 'error').mockImplementation(() => undefined);
  expect(await followToEnd(run)).toMatchObject({ finished: true });
  expect(exit).not.toHaveBeenCalled();
});

test('one that Ctrl-C stops ends the process with status 130', async () => {
  const exit = jest.spyOn(process, 'exit').mockImplementation((() => undefined) as never);
  jest.spyOn(console, 'error').mockImplementation(() => undefined);
  await followToEnd((signal) => {
    setTimeout(() => process.emit('SIGINT'), 5);
    return run(signal);
  });
  expect(exit).toHaveBeenCalledWith(130);
});
