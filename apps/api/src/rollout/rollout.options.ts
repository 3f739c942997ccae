/** A boolean: whether there is an order workflow before this one that courses can be left to. */
export const HAS_LEGACY = Symbol('HAS_LEGACY');
