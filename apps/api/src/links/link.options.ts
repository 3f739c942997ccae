import type { LinkConfig } from '#config';

/** Where learners come from and go to: a `LinkConfig`. */
export const LINKS = Symbol('LINKS');

/** The address on which links to this service land. */
export function landingAddress({ publicUrl }: LinkConfig): string {
  return `${publicUrl.replace(/\/+$/, '')}/basket/add/`;
}
