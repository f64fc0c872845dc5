import { jest } from '@jest/globals';
import { main } from '../../src/cli/main.js';

export interface Outcome {
  /** What the process would end with. */
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs `d2v` with arguments in this process, and captures what it prints. */
export async function d2v(...args: string[]): Promise<Outcome> {
  const text = { out: '', err: '' };
  const to = (stream: keyof typeof text, end: string) =>
    ((...parts: unknown[]) => {
      text[stream] += `${parts.map(String).join(' ')}${end}`;
      return true;
    }) as never;
  const spies = [
    jest.spyOn(console, 'log').mockImplementation(to('out', '\n')),
    jest.spyOn(console, 'error').mockImplementation(to('err', '\n')),
    jest.spyOn(process.stdout, 'write').mockImplementation(to('out', '')),
    jest.spyOn(process.stderr, 'write').mockImplementation(to('err', '')),
  ];
  const before = process.exitCode;
  process.exitCode = undefined;
  try {
    await main(['node', 'd2v', ...args]);
    return { ...text, code: Number(process.exitCode ?? 0) };
  } finally {
    process.exitCode = before;
    for (const spy of spies) spy.mockRestore();
  }
}
