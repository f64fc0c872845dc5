import { testParity } from '../../../tools/jest/parity.js';
import { useBackend } from './encoder/backend.js';

beforeAll(useBackend);

testParity(['text1', 'text2-padded', 'text2-base-recipe']);
