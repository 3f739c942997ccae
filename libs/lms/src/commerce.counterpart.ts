import type { LmsMode } from './commerce.course.js';

/**
 * The one of these modes that the LMS takes for the given one. It keeps a slug once for each currency, so the currency counts first; where none is
 * in that currency, a publication changes the currency of another.
 */
export function counterpartOf({ slug, currency }: LmsMode, modes: readonly LmsMode[]): LmsMode | undefined {
  const candidates = modes.filter((mode) => mode.slug === slug);
  return candidates.find((mode) => mode.currency === currency) ?? candidates[0];
}
