export type Fields = Readonly<Record<string, unknown>>;

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The object under this name, or an empty one. */
export function fieldsAt(value: unknown, name: string): Fields {
  const held = isFields(value) ? value[name] : undefined;
  return isFields(held) ? held : {};
}

/** The text under this name, or null. */
export function textAt(value: unknown, name: string): string | null {
  const held = isFields(value) ? value[name] : undefined;
  return typeof held === 'string' ? held : null;
}
