const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Text as it may stand in a page, and in a quoted attribute of one. */
export const escaped = (text: string): string => text.replace(/[&<>"]/g, (character) => entities[character]!);
