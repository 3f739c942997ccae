const LONGEST_DETAIL = 2_000;
/** Fatal: other bytes than UTF-8 are refused. A byte order mark is one of the bytes that were signed. */
const STRICT = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Text that PostgreSQL takes: it knows no NUL, and nothing of ours has one. */
export function storable(text: string): string {
  return text.replaceAll('\0', '\uFFFD').toWellFormed();
}

/** Words for operators, of a length that is still read. */
export function storableDetail(text: string): string {
  return storableName(text, LONGEST_DETAIL);
}

/** Text of no more than so many characters. What is cut has a mark at its end, by which nothing of ours is called. */
export function storableName(text: string, longest: number): string {
  const characters = [...storable(text)];
  return characters.length > longest ? `${characters.slice(0, longest - 1).join('')}\u2026` : characters.join('');
}

/** A body that is the same bytes when it is read back as UTF-8; null where text cannot hold them. */
export function storableBody(body: Buffer): string | null {
  if (body.includes(0)) return null;
  try {
    return STRICT.decode(body);
  } catch {
    return null;
  }
}
