export interface LmsOptions {
  /** Where the LMS is, e.g. `https://lms.example.com`. May carry a path prefix and a trailing slash. */
  readonly url: string;
  /** The LMS's `EDX_API_KEY`. */
  readonly apiKey: string;
  /** An OAuth application of the LMS whose owner is staff. Without one, calls that need a user are not made. */
  readonly oauth?: OauthClient | null;
}

export interface OauthClient {
  readonly clientId: string;
  readonly clientSecret: string;
}

export const LMS_OPTIONS = Symbol('LMS_OPTIONS');
