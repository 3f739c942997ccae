import { DomainError } from '#orders';

/** What was delivered cannot be taken back, because its fulfiller cannot. Nothing was begun. */
export class NotRevocableError extends DomainError {
  readonly code = 'not_revocable';

  constructor(productType: string) {
    super(`What is sold as "${productType}" cannot be taken back: its fulfiller says capabilities.revoke false.`);
  }
}

/** A provider has accepted a line and may deliver it at any moment. Nothing was begun. */
export class LineAcceptedError extends DomainError {
  readonly code = 'line_accepted';

  constructor(lineId: string, until: Date | null) {
    super(`The provider has accepted line ${lineId} and may still deliver it${until ? `, until ${until.toISOString()}` : ''}. Wait for it, or give the line up first.`);
  }
}
