/** What somebody posted, byte for byte. Header names in lower case. */
export interface WebhookDelivery {
  readonly body: Buffer;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** By the wall clock, milliseconds: signatures are too old, or too new, by it. */
  readonly nowMs: number;
  readonly signal: AbortSignal;
}

/** An event of which it is proven that the gateway sent it. What it says of a payment is not believed: it is a reason to read back. */
export interface WebhookEvent {
  /** The gateway's, unique for ever: a repeated delivery has the same. At most 255 characters. */
  readonly eventId: string;
  /** The gateway's word for it, at most 255 characters. */
  readonly type: string;
  /** Which payment to look at; null for a kind of event that is none of ours. */
  readonly subject: WebhookSubject | null;
}

/** The payment that an event is about, by whatever the event names. At least one is not null. */
export interface WebhookSubject {
  readonly reference: string | null;
  readonly captureReference: string | null;
  readonly paymentId: string | null;
  readonly orderNumber: string | null;
}

/** It is not proven that the gateway sent it, or it cannot be read. Nothing of it is kept. */
export class WebhookRefusedError extends Error {
  constructor(
    readonly why: 'signature_missing' | 'signature_wrong' | 'signature_stale' | 'unreadable',
    message: string,
  ) {
    super(message);
    this.name = 'WebhookRefusedError';
  }
}
