export { Accuracy } from './accuracy.js';
export { classLabels, requireClasses } from './class-labels.js';
export { Classifier } from './classifier.js';
export { softLabels } from './soft-labels.js';
