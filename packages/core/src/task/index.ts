export { Accuracy } from './accuracy.js';
export { averagePrecision, MeanAveragePrecision } from './average-precision.js';
export { classLabels, requireClasses } from './class-labels.js';
export { Classifier } from './classifier.js';
export { multiHot } from './multi-hot.js';
export { softLabels } from './soft-labels.js';
