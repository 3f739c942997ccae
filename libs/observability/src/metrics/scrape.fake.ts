/** What a scrape says, read line by line as Prometheus does. */
export interface Scrape {
  /** Values by series, as written: `name{labels}`. */
  readonly series: ReadonlyMap<string, number>;
  readonly types: ReadonlyMap<string, string>;
}

const SAMPLE = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(\{(?:[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\["\\n])*",?)*\})? (-?[\d.e+-]+|NaN|[+-]Inf|Nan)$/;
const SUFFIX = /_(bucket|sum|count)$/;

/** @throws when a line is malformed, a series appears twice, or a sample comes without HELP and TYPE before it. */
export function readScrape(text: string): Scrape {
  const [series, types, helped] = [new Map<string, number>(), new Map<string, string>(), new Set<string>()];
  for (const line of text.split('\n').filter((each) => each !== '')) {
    const [, hash, keyword = '', name = '', rest = ''] = /^(# )(HELP|TYPE) (\S+) (.+)$/.exec(line) ?? [];
    if (hash !== undefined) declare(keyword, name, rest);
    else sample(line);
  }
  return { series, types };

  function declare(keyword: string, name: string, rest: string): void {
    if (keyword === 'HELP' ? helped.has(name) : types.has(name)) throw new Error(`${keyword} twice: ${name}`);
    if (keyword === 'HELP') helped.add(name);
    else types.set(name, rest);
  }

  function sample(line: string): void {
    const [, name = '', labels = '', value] = SAMPLE.exec(line) ?? [];
    const family = types.has(name) ? name : name.replace(SUFFIX, '');
    if (!types.has(family) || !helped.has(family)) throw new Error(`a sample without HELP and TYPE: ${line}`);
    if (types.get(family) !== 'histogram' && family !== name) throw new Error(`no sample of its family: ${line}`);
    if (series.has(name + labels)) throw new Error(`a series twice: ${line}`);
    series.set(name + labels, Number(value));
  }
}
