/** An answer of the gateway, ready to send. */
export interface Answer {
  readonly status: number;
  /** Empty for an answer without a body. */
  readonly body: string;
  readonly contentType: string | null;
  readonly headers: Readonly<Record<string, string>>;
  /** The object it is about, for PayPal, who shows that as it then is when the call is repeated. */
  readonly subject: string | null;
  /** Whether it is kept under the call's idempotency key. */
  readonly kept: boolean;
}

type Extra = Partial<Pick<Answer, 'headers' | 'subject' | 'kept'>>;

export function json(status: number, value: unknown, { headers = {}, subject = null, kept = true }: Extra = {}): Answer {
  return { status, body: JSON.stringify(value, null, 2), contentType: 'application/json', headers, subject, kept };
}

export function html(status: number, body: string): Answer {
  return { status, body, contentType: 'text/html; charset=utf-8', headers: {}, subject: null, kept: false };
}

export function text(status: number, body: string, contentType: string): Answer {
  return { status, body, contentType, headers: {}, subject: null, kept: false };
}

export function empty(status: number, headers: Readonly<Record<string, string>> = {}): Answer {
  return { status, body: '', contentType: null, headers, subject: null, kept: false };
}
