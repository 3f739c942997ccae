import type { Fields } from '../wire/fields.js';

type Branch = Map<string, Branch | string>;

/** Reads `a=1&metadata[order]=x&expand[]=y&created[gte]=2` as Stripe does: fields of texts, of fields and of lists of them. */
export function readForm(pairs: URLSearchParams): Fields {
  const root: Branch = new Map();
  for (const [name, value] of pairs) plant(root, keysOf(name), value);
  return harvest(root) as Fields; // the root is no list: a name begins with something
}

function keysOf(name: string): readonly string[] {
  const [first = '', ...rest] = name.split('[');
  return [first, ...rest.map((key) => key.replace(/\]$/, ''))];
}

function plant(branch: Branch, [key = '', ...rest]: readonly string[], value: string): void {
  const name = key === '' ? String(branch.size) : key;
  if (rest.length === 0) {
    branch.set(name, value);
    return;
  }
  const held = branch.get(name);
  const next: Branch = held instanceof Map ? held : new Map<string, Branch | string>();
  branch.set(name, next);
  plant(next, rest, value);
}

function harvest(branch: Branch): unknown {
  const grown = [...branch].map(([name, held]): [string, unknown] => [name, typeof held === 'string' ? held : harvest(held)]);
  const isList = grown.length > 0 && grown.every(([name]) => /^\d+$/.test(name));
  return isList ? grown.map(([, held]) => held) : Object.fromEntries(grown);
}
