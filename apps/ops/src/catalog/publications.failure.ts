import type { ExtraMode, Publication, PublicationStatus } from '#catalog';

type Failure = NonNullable<Publication['failure']>;

const FAILURES: Readonly<Record<Failure['kind'], string>> = {
  configuration: 'the course, or our access to the LMS, is set up wrongly',
  network: 'the LMS could not be reached, or the connection broke',
  timeout: 'the LMS did not answer in time',
  server: 'the LMS had a fault of its own',
  rejected: 'the LMS refused',
  throttled: 'the LMS asked us to slow down',
  unknown: 'nobody can tell what came of it',
};

/** A failure in words, and in the LMS's own where it gave any. */
export function failureText({ kind, httpStatus, detail }: Failure): string {
  return `${FAILURES[kind]} (${kind}${httpStatus === null ? '' : `, HTTP ${httpStatus}`}): ${oneLine(detail)}`;
}

/** What keeps a course from being published, in one cell of a table. */
export function hindrance({ status, failure, extraModes }: { readonly status: PublicationStatus } & Pick<Publication, 'failure' | 'extraModes'>): string | null {
  if (status === 'confirm_required') return `only at the LMS: ${extraModes.map(extraText).join(', ')}`;
  return failure && `${FAILURES[failure.kind]}: ${oneLine(failure.detail)}`;
}

export function extraText({ mode, price, currency }: ExtraMode): string {
  return `${mode}, for ${price} ${currency}`;
}

export function oneLine(text: string): string {
  return text.replace(/\s*\n\s*/g, ' ');
}
