export { BACKEND_CHOICES, type BackendChoice, type BackendName, type LoadedBackend } from './backend/choose.js';
export { loadBackend } from './node/backend.js';
