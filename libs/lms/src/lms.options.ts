export interface LmsOptions {
  /** Where the LMS is, e.g. `https://lms.example.com`. May carry a path prefix and a trailing slash. */
  readonly url: string;
  /** The LMS's `EDX_API_KEY`. */
  readonly apiKey: string;
}

export const LMS_OPTIONS = Symbol('LMS_OPTIONS');
