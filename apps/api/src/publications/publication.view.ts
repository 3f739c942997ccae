import type { Publication, PublicationAttempt, PublicationDetail } from '#catalog';

export function publicationView(publication: Publication) {
  const { courseId, status, wantedVersion, publishedVersion, publishedAt, requestedAt, requestedBy, reason, waitingSince, nextAttemptAt, tries, failure, extraModes, removableModes } = publication;
  return {
    courseId,
    status,
    wantedVersion,
    publishedVersion,
    publishedAt: publishedAt?.toISOString() ?? null,
    requestedAt: requestedAt.toISOString(),
    requestedBy,
    reason,
    waitingSince: waitingSince?.toISOString() ?? null,
    nextAttemptAt: nextAttemptAt?.toISOString() ?? null,
    tries,
    failure,
    extraModes,
    removableModes,
  };
}

export function publicationDetailView({ attempts, requests, ...publication }: PublicationDetail) {
  return { ...publicationView(publication), attempts: attempts.map(attemptView), requests: requests.map(({ at, ...request }) => ({ at: at.toISOString(), ...request })) };
}

function attemptView({ startedAt, endedAt, ...attempt }: PublicationAttempt) {
  return { ...attempt, startedAt: startedAt.toISOString(), endedAt: endedAt?.toISOString() ?? null };
}
