import { parseArgs } from 'node:util';
import { PUBLICATION_STATUSES, type PublicationStatus } from '#catalog';
import { z } from 'zod';
import { WrongArgumentsError, atMostOne, checked, refusingWrongOptions, words } from '../command/arguments.js';

export interface PublicationsArguments {
  /** Null: list them. */
  readonly courseId: string | null;
  /** Of the list; null: all that are not published. */
  readonly status: PublicationStatus | null;
  readonly json: boolean;
}

const status = z.enum(PUBLICATION_STATUSES, { error: `must be one of ${PUBLICATION_STATUSES.join(', ')}` });

/** @throws {WrongArgumentsError} */
export function readPublications(argv: readonly string[]): PublicationsArguments {
  const options = { status: { type: 'string' }, json: { type: 'boolean', default: false } } as const;
  const { values, positionals } = refusingWrongOptions(() => parseArgs({ args: [...argv], allowPositionals: true, options }));
  const courseId = atMostOne(positionals);
  if (courseId !== undefined && values.status !== undefined) throw new WrongArgumentsError('A status narrows the list: name a course, or a status.');
  return {
    courseId: courseId === undefined ? null : checked('The course', words(255), courseId),
    status: values.status === undefined ? null : checked('--status', status, values.status),
    json: values.json,
  };
}
