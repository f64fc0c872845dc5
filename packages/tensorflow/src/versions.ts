/** TensorFlow for Node.js, whose private members this package leans on: pinned exactly. */
export const TFJS_NODE_VERSION = '4.22.0';

/** The TensorFlow whose C library the addon is built against. */
export const TENSORFLOW_VERSION = '2.21.0';

/** The libtensorflow that the official addon of TFJS_NODE_VERSION downloads. */
export const OFFICIAL_TENSORFLOW_VERSION = '2.9.1';

/** The last node-gyp that runs on every Node.js that d2v supports. */
export const NODE_GYP_VERSION = '12.1.0';

/** Any Python that the wheel is published for: only its libraries and headers are used, so it need not be installed. */
export const WHEEL_PYTHON_VERSION = '3.11';

/** N-API version of the addon; every Node.js that d2v supports has it. */
export const NAPI_VERSION = 8;

export type NodePackage = '@tensorflow/tfjs-node' | '@tensorflow/tfjs-node-gpu';

export function nodePackage(gpu: boolean): NodePackage {
  return gpu ? '@tensorflow/tfjs-node-gpu' : '@tensorflow/tfjs-node';
}
