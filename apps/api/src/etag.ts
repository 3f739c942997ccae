import type { FastifyRequest } from 'fastify';
import { ProblemError } from './problems/problem.js';

/** What a writer believes is there: a version, or nothing yet. */
export type ExpectedVersion = number | 'new';

const VERSION_TAG = /^"(0|[1-9]\d{0,14})"$/;

/** The ETag of a version. */
export function etagOf(version: number): string {
  return `"${version}"`;
}

/**
 * The version that a write expects: `If-Match: "7"`, or `If-None-Match: *` for what shall be new. Undefined when the request says neither.
 *
 * @throws {ProblemError} naming the header, for a weak tag, several of them, or one that is no version.
 */
export function versionOf({ headers }: Pick<FastifyRequest, 'headers'>): ExpectedVersion | undefined {
  const { 'if-match': match, 'if-none-match': noneMatch } = headers;
  if (match !== undefined && noneMatch !== undefined) throw refused('If-None-Match', 'contradicts If-Match: send one of the two');
  if (noneMatch !== undefined) {
    if (noneMatch !== '*') throw refused('If-None-Match', 'must be *, which stands for: there is none yet');
    return 'new';
  }
  if (match === undefined) return undefined;
  const version = VERSION_TAG.exec(match)?.[1];
  if (version === undefined) throw refused('If-Match', 'must be the ETag of what was read, such as "7": one, in quotes, and no weak one');
  return Number(version);
}

/** The same, for routes that change nothing unless they are told what. @throws {ProblemError} also where the request names no version. */
export function requireVersion(request: Pick<FastifyRequest, 'headers'>): ExpectedVersion {
  const version = versionOf(request);
  if (version === undefined) throw new ProblemError('version_required', 'Say which version is changed: send its ETag as If-Match, or If-None-Match: * for what shall be new.', [{ header: 'If-Match', detail: 'is missing' }]);
  return version;
}

function refused(header: 'If-Match' | 'If-None-Match', detail: string): ProblemError {
  return new ProblemError('invalid_request', 'The version that was named does not have the right form: see errors.', [{ header, detail }]);
}
