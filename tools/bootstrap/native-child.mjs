// Loads native TensorFlow, or installs it. Where neither works it says why in one line and exits with REPORTED.
import { installTensorFlow, loadTensorFlow } from '@d2v/tensorflow';
import { remember, REPORTED, withoutNative } from './native.mjs';

const memory = process.argv[2] ?? '';

try {
  const { from } = await loadTensorFlow();
  remember(memory, from?.directory);
} catch {
  try {
    console.log('Installing native TensorFlow (once for this machine; about 270 MB to download) …');
    const { directory, version } = await installTensorFlow({ onProgress: reporter() });
    remember(memory, directory);
    finishLine();
    console.log(`Native TensorFlow ${version} is installed.`);
  } catch (error) {
    finishLine();
    console.log(withoutNative(firstLine(error)));
    process.exitCode = REPORTED;
  }
}

/** One line on a terminal that moves; elsewhere a line per stage. */
function reporter() {
  let last = '';
  return (/** @type {{ fraction: number, message: string }} */ { fraction, message }) => {
    const percent = `${Math.floor(100 * fraction)} %`.padStart(5);
    if (process.stdout.isTTY) process.stdout.write(`\r\x1b[K${percent}  ${message}`);
    else if (message !== last) console.log(`${percent}  ${message}`);
    last = message;
  };
}

function finishLine() {
  if (process.stdout.isTTY) process.stdout.write('\r\x1b[K');
}

/**
 * @param {unknown} error
 */
function firstLine(error) {
  const text = error instanceof Error ? error.message : String(error);
  return (text.split('\n')[0] ?? text).replace(/\.$/, '');
}
