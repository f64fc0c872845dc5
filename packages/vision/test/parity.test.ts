import { testParity } from '../../../tools/jest/parity.js';
import { useBackend } from './encoder/backend.js';

beforeAll(useBackend);

testParity(['vision1', 'vision2-cls']);
