/** What a call did to an enrollment; the ledger's word for it. */
export type Effect = 'none' | 'created' | 'changed' | 'unchanged' | 'deactivated';

/** An answer of the LMS, ready to send. */
export interface LmsAnswer {
  readonly status: number;
  /** Empty for an answer without a body. */
  readonly body: string;
  readonly contentType: string | null;
  readonly headers: Readonly<Record<string, string>>;
  readonly effect: Effect;
}

export function json(status: number, value: unknown, extra: { headers?: Record<string, string>; effect?: Effect } = {}): LmsAnswer {
  return { status, body: JSON.stringify(value), contentType: 'application/json', headers: extra.headers ?? {}, effect: extra.effect ?? 'none' };
}

export function html(status: number, body: string): LmsAnswer {
  return { status, body, contentType: 'text/html; charset=utf-8', headers: {}, effect: 'none' };
}

export function empty(status: number): LmsAnswer {
  return { status, body: '', contentType: null, headers: {}, effect: 'none' };
}

/** Django REST framework's way of saying no. */
export function detail(status: number, sentence: string, headers: Record<string, string> = {}): LmsAnswer {
  return json(status, { detail: sentence }, { headers });
}

/** The enrollment views' way of saying no. */
export function message(status: number, sentence: string, more: Record<string, unknown> = {}): LmsAnswer {
  return json(status, { message: sentence, ...more });
}

export function notFoundPage(): LmsAnswer {
  return html(404, '<!doctype html><html><head><title>Page Not Found</title></head><body><h1>Page not found</h1></body></html>');
}

/** What a crash inside the LMS looks like from outside. */
export function serverError(): LmsAnswer {
  return html(500, '<!doctype html><html><head><title>Server Error</title></head><body><h1>Server Error (500)</h1></body></html>');
}
