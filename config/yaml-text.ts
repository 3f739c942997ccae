import { LineCounter, parseDocument, visit, type ErrorCode, type ParsedNode, type Document } from 'yaml';

/** A text is no YAML, or more than is taken here: what, and where. Never what stands there, which may be a secret. */
export class YamlTextError extends Error {
  constructor(fact: string, { line, col }: { readonly line: number; readonly col: number }) {
    super(`${fact} (line ${line}, column ${col}).`);
    this.name = 'YamlTextError';
  }
}

const ANYTHING = 'there is something that is no YAML here. A text with a sign of YAML in it is written in quotes';
const INDENT = 'a line is not indented as its neighbours are: use blanks, the same number for each key of one entry';
const TAG = 'there is a tag (!name) that is not known here. A text that begins with ! is written in quotes';
const ALIAS = 'there is an alias (*name) without its anchor (&name). A text that begins with * is written in quotes';

/** The words of the library itself may quote the text. */
const FACTS: Partial<Record<ErrorCode, string>> = {
  BAD_INDENT: INDENT,
  TAB_AS_INDENT: INDENT,
  MULTILINE_IMPLICIT_KEY: INDENT,
  TAG_RESOLVE_FAILED: TAG,
  BAD_ALIAS: ALIAS,
  MISSING_CHAR: 'a sign is missing here: a closing quote or bracket, a colon, a comma or a blank',
  NON_STRING_KEY: 'there is a key that is no plain text',
  MULTIPLE_DOCS: 'it has to be one document: take out what follows ---',
};

/** Reads YAML strictly: what the library would only warn of is refused. It writes nothing itself. `twice` is what a key is that stands twice. @throws {YamlTextError} */
export function readYaml(text: string, twice: string): unknown {
  const lines = new LineCounter();
  // Below "warn" it keeps silent; "silent" would also take several documents.
  const document = parseDocument(text, { prettyErrors: false, lineCounter: lines, logLevel: 'error', stringKeys: true });
  const [wrong] = [...document.errors, ...document.warnings];
  if (wrong) throw new YamlTextError(wrong.code === 'DUPLICATE_KEY' ? twice : (FACTS[wrong.code] ?? ANYTHING), lines.linePos(wrong.pos[0]));
  const lost = lostAlias(document);
  if (lost !== null) throw new YamlTextError(ALIAS, lines.linePos(lost));
  try {
    return document.toJS();
  } catch (cause) {
    if (cause instanceof ReferenceError) throw new YamlTextError('there are too many aliases, or one within its own anchor', lines.linePos(0));
    throw cause;
  }
}

/** Where an alias stands that leads nowhere. */
function lostAlias(document: Document<ParsedNode>): number | null {
  let found: number | null = null;
  visit(document, {
    Alias: (_key, alias) => {
      if (alias.resolve(document) !== undefined) return undefined;
      found = alias.range?.[0] ?? 0;
      return visit.BREAK;
    },
  });
  return found;
}
