import * as tf from '@tensorflow/tfjs';
import { attributes, nativeBackend } from '../../src/kernels/native.js';
import { kernels, registerKernels } from '../../src/kernels/register.js';
import { nativeTest } from '../support/native.js';

describe('private members of tfjs-node', () => {
  nativeTest('the addon tells its version and its constants', () => {
    const { binding, isUsingGpuDevice } = nativeBackend();
    expect(binding.TF_Version).toMatch(/^2\.\d+\.\d+/);
    expect(typeof isUsingGpuDevice).toBe('boolean');
    const constants = [binding.TF_FLOAT, binding.TF_INT32, binding.TF_BOOL];
    const kinds = [binding.TF_ATTR_BOOL, binding.TF_ATTR_INT, binding.TF_ATTR_STRING, binding.TF_ATTR_TYPE];
    expect(new Set(constants).size).toBe(3);
    expect(new Set(kinds).size).toBe(4);
  });

  nativeTest('createTensor, executeOp, tensorDataSync and deleteTensor run an op on ids', () => {
    const native = nativeBackend();
    const id = native.binding.createTensor([3], native.binding.TF_FLOAT, Float32Array.of(1, 2, 3));
    const [output] = native.binding.executeOp('Square', [attributes(native).type('T', 'float32')], [id], 1);
    expect(output).toMatchObject({ shape: [3], dtype: native.binding.TF_FLOAT });
    expect(Array.from(native.binding.tensorDataSync(output!.id))).toEqual([1, 4, 9]);
    native.binding.deleteTensor(id);
    native.binding.deleteTensor(output!.id);
    expect(() => native.binding.tensorDataSync(id)).toThrow();
  });

  nativeTest('getInputTensorIds uploads tensors and names each once', () => {
    const native = nativeBackend();
    const x = tf.tensor1d([1, 2]);
    const [id] = native.getInputTensorIds([x]);
    expect(native.getInputTensorIds([x])).toEqual([id]);
    expect(Array.from(native.binding.tensorDataSync(id!))).toEqual([1, 2]);
    x.dispose();
  });

  nativeTest('executeSingleOutput and executeMultipleOutputs give tensors', () => {
    const native = nativeBackend();
    const attribute = attributes(native);
    tf.tidy(() => {
      const x = tf.tensor2d([1, 2, 3, 4], [2, 2]);
      const single = native.executeSingleOutput('Neg', [attribute.type('T', 'float32')], [x]) as tf.Tensor;
      expect(Array.from(single.dataSync())).toEqual([-1, -2, -3, -4]);
      const unpack = [attribute.type('T', 'float32'), attribute.int('axis', 0), attribute.int('num', 2)];
      const rows = native.executeMultipleOutputs('Unpack', unpack, [x], 2) as tf.Tensor[];
      expect(rows.map((row) => Array.from(row.dataSync()))).toEqual([
        [1, 2],
        [3, 4],
      ]);
    });
  });

  nativeTest('an attribute of a string tensor is refused', () => {
    expect(() => attributes(nativeBackend()).type('T', 'string')).toThrow('string tensor');
  });

  nativeTest('nativeBackend names the current backend when it is another', async () => {
    await tf.setBackend('cpu');
    expect(() => nativeBackend()).toThrow("the current backend is 'cpu'");
    await tf.setBackend('tensorflow');
  });
});

describe('registration', () => {
  nativeTest("d2v's kernels are in place, however often they are registered", () => {
    registerKernels();
    registerKernels();
    for (const [name, kernel] of Object.entries(kernels))
      expect(tf.getKernel(name, 'tensorflow').kernelFunc).toBe(kernel);
  });
});
