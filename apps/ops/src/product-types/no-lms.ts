import type { LmsOptions } from '#lms';

/** For commands that build fulfillers to read details, and deliver nothing: they have a client and call nobody. The name can never be resolved (RFC 2606). */
export const NO_LMS: LmsOptions = { url: 'http://lms.invalid', apiKey: '' };
