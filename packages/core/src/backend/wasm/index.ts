export { installWasmKernels } from './install.js';
