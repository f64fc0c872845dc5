import { BackendError } from '@d2v/core';
import { backend, getBackend, type DataType, type KernelBackend, type TensorInfo } from '@tensorflow/tfjs-core';
import { TFJS_NODE_VERSION } from '../versions.js';

/** The name under which tfjs-node registers itself. */
export const BACKEND = 'tensorflow';

/** An attribute of a TensorFlow op, as tfjs-node's addon takes it. */
export interface OpAttribute {
  readonly name: string;
  readonly type: number;
  readonly value: boolean | number | string | readonly number[];
}

/** What the addon says about an op's output. */
export interface OutputMetadata {
  readonly id: number;
  readonly shape: number[];
  readonly dtype: number;
}

/**
 * The addon of tfjs-node, private there. Tensors are numbers ("ids") that it maps to TensorFlow's handles; every call is
 * synchronous; its properties are read-only.
 */
export interface Binding {
  readonly TF_Version: string;
  readonly TF_FLOAT: number;
  readonly TF_INT32: number;
  readonly TF_BOOL: number;
  readonly TF_ATTR_BOOL: number;
  readonly TF_ATTR_INT: number;
  readonly TF_ATTR_STRING: number;
  readonly TF_ATTR_TYPE: number;
  /** Runs a TensorFlow op eagerly. */
  executeOp(
    name: string,
    attributes: readonly OpAttribute[],
    inputs: readonly number[],
    outputs: number,
  ): OutputMetadata[];
  /** Copies host data into a new tensor and returns its id. */
  createTensor(shape: readonly number[], dtype: number, values: ArrayBufferView): number;
  deleteTensor(id: number): void;
  /** Copies a tensor back to JavaScript, waiting for it. */
  tensorDataSync(id: number): Float32Array | Int32Array | Uint8Array;
}

/**
 * The members of tfjs-node's backend that d2v uses; all but KernelBackend's are private there, so its version is pinned
 * exactly and test/kernels/native.test.ts exercises each.
 */
export interface NativeBackend extends KernelBackend {
  readonly binding: Binding;
  readonly isUsingGpuDevice: boolean;
  /** The addon's ids of tensors; uploads those that still live in JavaScript. */
  getInputTensorIds(tensors: readonly TensorInfo[]): number[];
  /** Runs an op and wraps its only output; the caller owns it. */
  executeSingleOutput(name: string, attributes: readonly OpAttribute[], inputs: readonly TensorInfo[]): TensorInfo;
  executeMultipleOutputs(
    name: string,
    attributes: readonly OpAttribute[],
    inputs: readonly TensorInfo[],
    outputs: number,
  ): TensorInfo[];
}

const members = ['getInputTensorIds', 'executeSingleOutput', 'executeMultipleOutputs'] as const;
const bindingMembers = ['executeOp', 'createTensor', 'deleteTensor', 'tensorDataSync'] as const;

/**
 * The current backend as tfjs-node's.
 *
 * @throws BackendError when another backend is current, or tfjs-node lacks a member that d2v leans on
 */
export function nativeBackend(): NativeBackend {
  if (getBackend() !== BACKEND) {
    throw new BackendError(`the current backend is '${getBackend()}', not '${BACKEND}'`, {
      hint: 'call loadTensorFlow()',
    });
  }
  const native = backend() as NativeBackend;
  const missing = [
    ...members.filter((member) => typeof native[member] !== 'function'),
    ...bindingMembers.filter((member) => typeof native.binding?.[member] !== 'function'),
  ];
  if (missing.length > 0) {
    throw new BackendError(`this tfjs-node has no ${missing.join(', ')}`, {
      hint: `d2v works with version ${TFJS_NODE_VERSION} exactly: npm install @tensorflow/tfjs-node@${TFJS_NODE_VERSION}`,
    });
  }
  return native;
}

/** Builders of op attributes for one backend. */
export function attributes({ binding }: NativeBackend) {
  return {
    type: (name: string, dtype: DataType): OpAttribute => ({
      name,
      type: binding.TF_ATTR_TYPE,
      value: typeOf(binding, dtype),
    }),
    bool: (name: string, value: boolean): OpAttribute => ({ name, type: binding.TF_ATTR_BOOL, value }),
    int: (name: string, value: number | readonly number[]): OpAttribute => ({ name, type: binding.TF_ATTR_INT, value }),
    string: (name: string, value: string): OpAttribute => ({ name, type: binding.TF_ATTR_STRING, value }),
  };
}

function typeOf(binding: Binding, dtype: DataType): number {
  switch (dtype) {
    case 'float32':
      return binding.TF_FLOAT;
    case 'int32':
      return binding.TF_INT32;
    case 'bool':
      return binding.TF_BOOL;
    default:
      throw new BackendError(`a ${dtype} tensor cannot go into a native kernel of d2v`);
  }
}
