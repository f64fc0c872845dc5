import { alignmentFigure } from '../../src/figures/index.js';
import { ctc } from '../../src/task/ctc.js';

const TOKENS = ['<pad>', '|', 'a', 'b'];
const character = (label: number): string => TOKENS[label]!;

describe('the alignment of an utterance', () => {
  const said = [{ label: 2, start: 25, end: 26, confidence: 1 }, { label: 3, start: 200, end: 201, confidence: 0.2 }]; // prettier-ignore
  const heard = [{ label: 3, start: 25, end: 27, confidence: 0.6 }];
  const svg = alignmentFigure({ said, heard }, { character, frameSeconds: 0.02 });

  test('has characters where they are said, what is heard below, fainter where it is less probable', () => {
    expect(svg).toContain('<text x="209" y="16" opacity="1.00">a</text>'); // 0.5 s
    expect(svg).toContain('<text x="209" y="34" opacity="0.70">b</text>');
    expect(svg).toContain('<text x="374" y="82" opacity="0.40">b</text>'); // 4 s, in the second line
  });

  test('has an axis in seconds, and says what it shows', () => {
    expect(svg.match(/>\d+(?:\.5)? s</g)).toHaveLength(12);
    expect(svg).toContain('aria-label="Alignment: ab"');
  });

  test('is safe in a page', () => {
    const hostile = alignmentFigure({ said, heard }, { character: () => '"<b>', frameSeconds: 0.02 });
    expect(hostile).not.toContain('<b>');
    expect(hostile).toContain('aria-label="Alignment: &quot;&lt;b&gt;&quot;&lt;b&gt;"');
  });
});

describe('an evaluation', () => {
  const evaluation = (encoder?: object) => {
    const options = ctc.schema.parse({ vocabulary: TOKENS });
    return ctc.create(options, { dim: 4, classes: [], ...(encoder && { encoder }) }).evaluation();
  };
  const encoder = { extractor: { layers: [[4, 10, 8], [4, 10, 10]] } }; // prettier-ignore
  /** Of 'a' in frame 1 and 'b' in frame 3 of 4. */
  const logits = Float32Array.from({ length: 16 }, (_, i) => (i === 0 || i === 6 || i === 8 || i === 15 ? 9 : 0));
  const titles = (of: ReturnType<typeof evaluation>): string[] => of.details!().map(({ title }) => title);

  test('shows the first utterance that can be aligned', () => {
    const own = evaluation(encoder);
    own.add(logits.slice().fill(NaN), [1, 4, 4], ['ab']);
    own.add(logits, [1, 4, 4], ['ababab']); // longer than its frames
    expect(titles(own)).toEqual(['Transcripts', 'Confusion of characters']);
    own.add(logits, [1, 4, 4], ['ab']);
    own.add(logits, [1, 4, 4], ['ba']);
    expect(titles(own)).toEqual(['Transcripts', 'Alignment', 'Confusion of characters']);
    const { html } = own.details!().find(({ title }) => title === 'Alignment')!;
    expect(html).toContain('aria-label="Alignment: ab|"');
    expect(html).toContain('x="45.7" y="16" opacity="1.00">a<'); // frame 1 of 5 ms
  });

  test('without an encoder knows no times, and shows none', () => {
    const own = evaluation();
    own.add(logits, [1, 4, 4], ['ab']);
    expect(titles(own)).toEqual(['Transcripts', 'Confusion of characters']);
  });
});
