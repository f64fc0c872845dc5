import type { RecordColumns } from './records.js';
import type { GlueOptions } from './options.js';

type Layout = Pick<RecordColumns, 'text' | 'pair' | 'labels' | 'classes' | 'classNames'> & {
  readonly label: string;
  /** Column names of files without a header. */
  readonly header?: readonly string[];
};

const entailment = ['entailment', 'not_entailment'];

const binary = (no: string, yes: string): Pick<Layout, 'labels' | 'classes' | 'classNames'> => ({
  labels: 'class',
  classes: [no, yes],
  classNames: { 0: no, 1: yes },
});

/** Where GLUE's TSV files keep sentences and labels. */
export const GLUE: Readonly<Record<GlueOptions['task'], Layout>> = {
  cola: {
    text: 'sentence',
    label: 'label',
    header: ['source', 'label', 'star', 'sentence'],
    ...binary('unacceptable', 'acceptable'),
  },
  sst2: { text: 'sentence', label: 'label', ...binary('negative', 'positive') },
  mrpc: { text: '#1 String', pair: '#2 String', label: 'Quality', ...binary('not_equivalent', 'equivalent') },
  stsb: { text: 'sentence1', pair: 'sentence2', label: 'score', labels: 'number' },
  qqp: { text: 'question1', pair: 'question2', label: 'is_duplicate', ...binary('not_duplicate', 'duplicate') },
  mnli: {
    text: 'sentence1',
    pair: 'sentence2',
    label: 'gold_label',
    labels: 'class',
    classes: ['contradiction', 'neutral', 'entailment'],
  },
  qnli: { text: 'question', pair: 'sentence', label: 'label', labels: 'class', classes: entailment },
  rte: { text: 'sentence1', pair: 'sentence2', label: 'label', labels: 'class', classes: entailment },
  wnli: { text: 'sentence1', pair: 'sentence2', label: 'label', ...binary('not_entailment', 'entailment') },
};
