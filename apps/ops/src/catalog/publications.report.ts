import type { PublicationAttempt, PublicationDetail, PublicationRequest } from '#catalog';
import { printable } from '../command/printable.js';
import { moment, momentFrom } from '../command/time.js';
import { extraText, failureText, oneLine } from './publications.failure.js';
import { publicationOutlook } from './publications.outlook.js';

/** One course's publication for people: how it stands, what happens next, what was tried, and who wanted it. `now` is the database's. */
export function publicationText(publication: PublicationDetail, now: Date): string {
  const { courseId, status, wantedVersion, requestedAt, requestedBy, reason, waitingSince, failure, extraModes, removableModes, attempts, requests } = publication;
  const lines = [
    `${courseId}: ${status}`,
    `  wanted     version ${wantedVersion}, by ${requestedBy} ${momentFrom(now, requestedAt)}${reason === null ? '' : `: ${oneLine(reason)}`}`,
    `  published  ${publishedText(publication, now)}`,
    ...(waitingSince === null ? [] : [`  waits      since ${momentFrom(now, waitingSince)}`]),
    ...(failure === null ? [] : [`  failure    ${failureText(failure)}`]),
    ...extraModes.map((extra) => `  to confirm ${extraText(extra)}: only at the LMS, and a publication removes it`),
    ...(removableModes.length === 0 ? [] : [`  confirmed  the LMS may lose ${removableModes.join(', ')}`]),
    `  next       ${publicationOutlook(publication, now)}`,
    ...(attempts.length === 0 ? ['  No attempt was made.'] : ['  attempts, newest first', ...attempts.map(attemptText)]),
    ...(requests.length === 0 ? [] : ['  asked for by operators, newest first', ...requests.map(requestText)]),
  ];
  return `${lines.map((line) => printable(oneLine(line))).join('\n')}\n`;
}

function publishedText({ publishedVersion, publishedAt }: PublicationDetail, now: Date): string {
  if (publishedVersion === null) return 'never';
  return `version ${publishedVersion}${publishedAt === null ? '' : `, ${momentFrom(now, publishedAt)}`}`;
}

function attemptText({ startedAt, endedAt, outcome, httpStatus, version, requestedBy, detail, removedModes }: PublicationAttempt): string {
  const facts = [outcome, ...(httpStatus === null ? [] : [`HTTP ${httpStatus}`]), ...(endedAt === null ? [] : [`${endedAt.getTime() - startedAt.getTime()} ms`]), `version ${version}`, `asked by ${requestedBy}`];
  const removed = removedModes.length === 0 ? '' : `; the LMS ${outcome === 'unknown' ? 'may have' : 'has'} lost ${removedModes.join(', ')}`;
  return `    ${moment(startedAt)}  ${facts.join(', ')}${detail === null ? '' : `: ${oneLine(detail)}`}${removed}`;
}

function requestText({ at, actor, reason, removableModes }: PublicationRequest): string {
  return `    ${moment(at)}  by ${actor}${removableModes.length === 0 ? '' : `, who confirms that the LMS loses ${removableModes.join(', ')}`}: ${oneLine(reason)}`;
}
