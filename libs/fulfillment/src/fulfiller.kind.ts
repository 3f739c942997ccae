import { existsSync } from 'node:fs';
import type { PlugInKind } from '#plugins';

const FOLDER_NAME = /^[a-z][a-z0-9-]*$/;

/** Fulfillers, as plug-ins. The built-in ones are the folders of `libs/fulfillers`. */
export const FULFILLER: PlugInKind = {
  entry: 'Product type',
  plugIn: 'fulfiller',
  purpose: 'delivers',
  map: 'the token map',
  builtIn: {
    words: 'a folder of libs/fulfillers',
    has: (name) => FOLDER_NAME.test(name) && existsSync(new URL(`../../fulfillers/src/${name}/`, import.meta.url)),
    load: (name) => import(`#fulfillers/${name}`),
  },
};
