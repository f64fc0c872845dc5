import { z } from 'zod';

const interval = (low: number, high: number, problem: string) =>
  z.tuple([z.number().min(low).max(high), z.number().min(low).max(high)]).refine(([a, b]) => a <= b, problem);

const share = () => z.number().min(0).max(1);

const ratio = interval(0.01, 100, 'the smaller ratio comes first');

const crop = z.strictObject({
  scale: z
    .union([z.literal('auto'), interval(1e-4, 1, 'the smaller scale comes first')])
    .default('auto')
    .describe(
      "Area of the random crop as a share of the image's, [least, most]; auto: from 0.2 in pre-training and 0.08 in " +
        'fine-tuning, from 0.5 for models of images below 64 pixels; to 1.',
    ),
  ratio: ratio
    .default([3 / 4, 4 / 3])
    .describe("Aspect ratio (width / height) of the crop relative to the model's image, [least, most]."),
  filter: z
    .enum(['bicubic', 'bilinear'])
    .default('bicubic')
    .describe('Resampling filter of crops, of resizing for evaluation, and of RandAugment.'),
});

const jitter = z.strictObject({
  brightness: z.number().min(0).default(0).describe('x multiplies the brightness by 1 − x to 1 + x.'),
  contrast: z.number().min(0).default(0).describe('x multiplies the contrast by 1 − x to 1 + x.'),
  saturation: z
    .number()
    .min(0)
    .default(0)
    .describe('x multiplies the saturation by 1 − x to 1 + x; grey images stay as they are.'),
});

const randAugment = z.strictObject({
  layers: z.int().min(0).default(2).describe('Operations drawn for each image.'),
  magnitude: z.number().min(0).max(10).default(9).describe('Mean strength of an operation, 0 to 10.'),
  std: z.number().min(0).default(0.5).describe('Standard deviation of the strength.'),
  probability: share().default(0.5).describe('How likely a drawn operation is applied.'),
});

const erase = z.strictObject({
  probability: share().default(0.25).describe('How likely an image loses a box.'),
  scale: interval(0, 1, 'the smaller scale comes first')
    .default([0.02, 1 / 3])
    .describe("Area of the box as a share of the image's, [least, most]."),
  ratio: ratio.default([0.3, 1 / 0.3]).describe('Aspect ratio (height / width) of the box, [least, most].'),
});

const statistics = (what: string, value: z.ZodNumber) =>
  z
    .union([z.literal('auto'), z.array(value).min(1).max(3)])
    .default('auto')
    .describe(`${what} of each channel for values in [0, 1]; auto: ImageNet's for colour, 0.5 for grey.`);

const normalise = z.strictObject({
  mean: statistics('Mean', z.number()),
  std: statistics('Standard deviation', z.number().positive()),
});

const evaluation = z.strictObject({
  resize: z
    .union([z.literal('auto'), z.int().positive()])
    .default('auto')
    .describe(
      'Pixels to which the shorter side is resized before the middle is cut; auto: 8/7 of the image size (256 for ' +
        '224), the image size itself below 128 pixels.',
    ),
});

/** Options of the configuration's `data.transform`: what happens to an image between the file and the encoder. */
export const transformSchema = z.strictObject({
  crop: z
    .union([z.literal('none'), crop])
    .prefault({})
    .describe('Random resized crop; none: resize and cut the middle, as in evaluation.'),
  flip: z
    .union([z.literal('auto'), share()])
    .default('auto')
    .describe(
      'How likely an image is mirrored in training; auto: 0.5 for colour, 0 for grey, where characters and scans are ' +
        'common and left is not right.',
    ),
  jitter: jitter
    .prefault({})
    .describe('Colour jitter in training, in random order; data2vec 1 uses 0.4 for each, data2vec 2 none.'),
  randAugment: z
    .union([z.literal('none'), randAugment])
    .prefault({})
    .describe('RandAugment in fine-tuning (timm: rand-m9-mstd0.5-inc1); none switches it off.'),
  erase: z
    .union([z.literal('none'), erase])
    .prefault({})
    .describe('Random erasing in fine-tuning: a box of noise; none switches it off.'),
  normalise: normalise.prefault({}).describe('Pixels become (value − mean) / std.'),
  evaluation: evaluation.prefault({}).describe('How images are cut when nothing is random.'),
});

/** What `transformSchema` yields. */
export type TransformOptions = z.output<typeof transformSchema>;
