import { html, type Answer } from '../wire/answer.js';

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const STYLE = 'body{font:1rem/1.5 system-ui,sans-serif;max-width:32rem;margin:3rem auto;padding:0 1rem}button{font:inherit;padding:.5rem 1rem;margin:0 .5rem .5rem 0}dt{font-weight:bold}dd{margin:0 0 .5rem}';

export interface Button {
  readonly name: string;
  readonly label: string;
}

export interface Page {
  readonly title: string;
  readonly note: string;
  readonly facts: Readonly<Record<string, string>>;
  readonly action: string;
  readonly hidden: Readonly<Record<string, string>>;
  readonly buttons: readonly Button[];
}

/** A page with a table of facts and a row of buttons. Everything that is shown is escaped. */
export function pageAnswer({ title, note, facts, action, hidden, buttons }: Page, status = 200): Answer {
  const rows = Object.entries(facts).map(([name, value]) => `<dt>${escaped(name)}</dt><dd>${escaped(value)}</dd>`);
  const inputs = Object.entries(hidden).map(([name, value]) => `<input type="hidden" name="${escaped(name)}" value="${escaped(value)}">`);
  const pressed = buttons.map(({ name, label }) => `<button name="press" value="${escaped(name)}">${escaped(label)}</button>`);
  const form = buttons.length === 0 ? '' : `<form method="post" action="${escaped(action)}">${inputs.join('')}${pressed.join('')}</form>`;
  const body = `<h1>${escaped(title)}</h1><p>${escaped(note)}</p><dl>${rows.join('')}</dl>${form}<p><small>A stand-in gateway: no money moves.</small></p>`;
  return html(status, `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${escaped(title)}</title><style>${STYLE}</style></head><body>${body}</body></html>`);
}

export function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => ENTITIES[sign] ?? sign);
}
