export { transcribeCommand } from './transcribe.js';
