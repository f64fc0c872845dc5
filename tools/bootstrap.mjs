// Brings a fresh clone to the point where its scripts run. It needs nothing but Node.js itself.
import { parseArgs } from 'node:util';
import { build } from './bootstrap/build.mjs';
import { installDependencies } from './bootstrap/dependencies.mjs';
import { prepareNative } from './bootstrap/native.mjs';
import { nodeProblem } from './bootstrap/node-version.mjs';
import { workspaceRoot } from './bootstrap/root.mjs';

const USAGE = `node tools/bootstrap.mjs [--build] [--native]

Checks the version of Node.js and installs the dependencies if they are missing or not those of package-lock.json.
Does nothing, and says nothing, where all is in place.

  --build    build the packages whose sources changed
  --native   install native TensorFlow if none loads; without it, everything runs on WebAssembly`;

const { values } = parseArgs({
  options: {
    build: { type: 'boolean', default: false },
    native: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  },
});

if (values.help) {
  console.log(USAGE);
} else {
  try {
    const problem = nodeProblem(process.versions.node);
    if (problem) throw new Error(problem);
    installDependencies(workspaceRoot);
    if (values.build) build(workspaceRoot);
    if (values.native) prepareNative(workspaceRoot);
  } catch (error) {
    console.error(`bootstrap: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  }
}
