/** Why the gateway does not do it. Each dialect has its own words for these. */
export type RefusalCode =
  | 'wrong_state'
  | 'not_captured'
  | 'already_refunded'
  | 'too_much'
  | 'disputed'
  | 'not_approved'
  | 'already_captured';

/** The gateway does not do that. Nothing was changed. */
export class Refusal extends Error {
  override readonly name = 'Refusal';

  constructor(
    readonly code: RefusalCode,
    message: string,
    /** What could still be returned, where that is the reason. */
    readonly remainingMinor: number | null = null,
  ) {
    super(message);
  }
}
