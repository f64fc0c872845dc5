const EVENTS = ['uncaughtException', 'unhandledRejection'] as const;

/**
 * Runs `load` and takes away the listeners for uncaught errors that it adds to the process. Emscripten's modules, of which
 * the wasm backend is one, only throw them again: from a minified file, all of which Node.js would print above the message.
 */
export async function withoutErrorListeners<T>(load: () => Promise<T>): Promise<T> {
  const listeners = (event: string): readonly NodeJS.UncaughtExceptionListener[] => process.listeners(event as 'uncaughtException'); // prettier-ignore
  const before = EVENTS.map((event) => new Set(listeners(event)));
  try {
    return await load();
  } finally {
    EVENTS.forEach((event, i) => {
      for (const listener of listeners(event)) if (!before[i]!.has(listener)) process.removeListener(event, listener);
    });
  }
}
