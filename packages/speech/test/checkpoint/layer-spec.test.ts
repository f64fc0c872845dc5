import { ConfigError } from '@d2v/core';
import { readLayers } from '../../src/checkpoint/layer-spec.js';

test.each<[unknown, number[][]]>([
  ['[(16, 10, 5)] + [(16, 3, 2)] * 2 + [(8,2,2)]', [[16, 10, 5], [16, 3, 2], [16, 3, 2], [8, 2, 2]]], // prettier-ignore
  ['2 * [(4,3,2), (5,2,1),]', [[4, 3, 2], [5, 2, 1], [4, 3, 2], [5, 2, 1]]], // prettier-ignore
  [[[4, 3, 2]], [[4, 3, 2]]],
])('%j is read', (spec, layers) => {
  expect(readLayers(spec, 'layers')).toEqual(layers);
});

test.each([undefined, 7, '', '[]', '[(1, 2)]', '[(1, 2, 3, 4)]', '[(1, 2, 0)]', 'exit()', '[(1,2,3)] * n', [[1, 2]]])(
  '%j is refused with what is expected',
  (spec) => {
    expect(() => readLayers(spec, 'conv_feature_layers')).toThrow(ConfigError);
    expect(() => readLayers(spec, 'conv_feature_layers')).toThrow('conv_feature_layers: cannot read the layers');
  },
);
