import { z } from 'zod';

/** PostgreSQL knows no year 0. */
export const instant = z.iso.datetime({ offset: true, error: 'must be an RFC 3339 time, such as 2026-11-22T10:00:00Z' }).regex(/^(?!0000)/, 'must be a year from 1 to 9999');
