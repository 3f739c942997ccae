import type { PlugInKind } from '#plugins';

/** A new one is a folder beside this one, and a row here. */
const BUILT_IN: Readonly<Record<string, () => Promise<unknown>>> = {
  free: () => import('../free/index.js'),
  invoice: () => import('../invoice/index.js'),
  stripe: () => import('../stripe/index.js'),
  paypal: () => import('../paypal/index.js'),
};

/** Payment processors, as plug-ins. */
export const PROCESSOR: PlugInKind = {
  entry: 'Payment processor',
  plugIn: 'processor',
  purpose: 'takes payments',
  map: 'the map of payment processors',
  builtIn: {
    words: `a built-in one (${Object.keys(BUILT_IN).join(', ')})`,
    has: (name) => Object.hasOwn(BUILT_IN, name),
    load: async (name) => BUILT_IN[name]?.(),
  },
};
