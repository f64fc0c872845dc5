import { markup, trusted, type Markup } from './markup.js';
import type { TaskDetails } from './task-details.js';

/** A section for each thing that a fine-tuned run's task tells: its id, title and content. */
export function detailSections({ sections, samples }: TaskDetails): [string, string, Markup][] {
  return sections.map(({ title, html }, i) => [
    `details-${i + 1}`,
    title,
    markup`<section id="details-${i + 1}" class="details">
<h2>${title}</h2>
<p class="lead">Of ${samples} held-out samples, by the last checkpoint.</p>
${trusted(html)}
</section>
`,
  ]);
}
