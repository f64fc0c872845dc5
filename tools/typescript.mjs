// Runs the sources, `node --import ./tools/typescript.mjs FILE`, in this process and in each of its worker threads:
// `--import tsx` alone leaves out the latter in Node.js 20.
import { register } from 'tsx/esm/api';

register();
