/** Recipe name → YAML text; a configuration starts from one with `extends: small`. */
export const presets: Readonly<Record<string, string>> = {
  small: `# data2vec 2 on single-channel windows of 256 steps: 32 tokens, 0.8 million parameters.
encoder: { channels: 1, length: 256, patch: 8 }
backbone: { dim: 128, depth: 4, heads: 4 }
objective:
  name: data2vec2
  masks: 4
  decoder: { width: 64, layers: 2, groups: 4 }
  targets: { topK: 4 }
optimizer: { learningRate: 1.0e-3 }
training: { epochs: 50, batchSize: 32 }
`,
};
