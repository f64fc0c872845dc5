import * as tf from '@tensorflow/tfjs';

// Every test file fails if one of its tests leaves tensors behind (D2V tests keep shared tensors in beforeAll).
let before = 0;

beforeEach(() => {
  before = tf.memory().numTensors;
});

afterEach(() => {
  const leaked = tf.memory().numTensors - before;
  if (leaked > 0) throw new Error(`${leaked} tensors leaked by '${expect.getState().currentTestName}'`);
});
