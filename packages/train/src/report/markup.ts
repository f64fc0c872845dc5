/** Text that is HTML already. Only `markup` and `trusted` make it, so that no other text gets into a page unescaped. */
export class Markup {
  constructor(readonly text: string) {}
}

/** What may stand in a template: text and numbers are escaped, markup is kept, lists are joined, absent values vanish. */
export type Child = Markup | string | number | false | undefined | readonly Child[];

/**
 * A template whose values are escaped, in text and in quoted attributes: markup`<td title="${name}">${value}</td>`.
 * Formatters leave it as it is, which they do not with templates called html: spaces count in a page.
 */
export function markup(strings: TemplateStringsArray, ...children: readonly Child[]): Markup {
  return new Markup(strings.reduce((text, string, i) => text + render(children[i - 1]) + string));
}

/** HTML that the caller answers for: a plugin's figure, this package's own style sheet. */
export const trusted = (text: string): Markup => new Markup(text);

/** A value as JSON inside a <script> of a page: nothing in it can end the script. */
export const inlineJson = (value: unknown): Markup => trusted(JSON.stringify(value).replaceAll('<', '\\u003c'));

function render(child: Child): string {
  if (child === undefined || child === false) return '';
  if (child instanceof Markup) return child.text;
  if (typeof child === 'object') return child.map(render).join('');
  return String(child).replace(/[&<>"']/g, (character) => ENTITIES[character]!);
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
