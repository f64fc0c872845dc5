import { fileURLToPath } from 'node:url';

/** Folder of the repository. */
export const workspaceRoot = fileURLToPath(new URL('../..', import.meta.url));
