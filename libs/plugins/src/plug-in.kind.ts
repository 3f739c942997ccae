/** What is plugged in: the words for it in sentences, and what comes with the service. */
export interface PlugInKind {
  /** What an entry of the map is, as a sentence begins with it: `Product type`. */
  readonly entry: string;
  /** What delivers it, as the map's key says it: `fulfiller`. */
  readonly plugIn: string;
  /** What all of them are for, as in `provides nothing that delivers`. */
  readonly purpose: string;
  /** What the file is called: `the token map`. */
  readonly map: string;
  readonly builtIn: BuiltInPlugIns;
}

/** The plug-ins that come with the service. */
export interface BuiltInPlugIns {
  /** How one of them is named, for whoever named something else: `a folder of libs/fulfillers`. */
  readonly words: string;
  has(name: string): boolean;
  /** Imports one that is there. */
  load(name: string): Promise<unknown>;
}
