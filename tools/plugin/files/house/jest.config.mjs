export { default } from '__up__tools/jest/preset.mjs';
