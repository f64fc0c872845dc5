import { readPresets as read } from '@d2v/core/node';

/** The recipes of this package: name → YAML text, one file each in `presets/`. */
export const readPresets = (): Promise<Record<string, string>> => read('@d2v/text', import.meta.url);
