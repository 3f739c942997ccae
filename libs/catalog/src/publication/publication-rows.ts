import type { AttemptRow, PublicationRow, RequestRow } from './publication-list.statements.js';
import type { Publication, PublicationAttempt, PublicationRequest } from './publication.js';

export function publicationOf(row: PublicationRow): Publication {
  return {
    courseId: row.course_id,
    status: row.status,
    wantedVersion: Number(row.wanted_version),
    publishedVersion: row.published_version === null ? null : Number(row.published_version),
    publishedAt: row.published_at,
    requestedAt: row.requested_at,
    requestedBy: row.requested_by,
    reason: row.reason,
    waitingSince: row.waiting_since,
    nextAttemptAt: row.due_at,
    tries: row.tries,
    failure: failureOf(row),
    extraModes: row.extra_modes ?? [],
    removableModes: row.removable_modes,
  };
}

function failureOf({ failure_kind: kind, failure_detail: detail, failure_status: httpStatus }: PublicationRow): Publication['failure'] {
  return kind === null || detail === null ? null : { kind, detail, httpStatus };
}

export function attemptOf(row: AttemptRow): PublicationAttempt {
  return {
    version: Number(row.version),
    requestedBy: row.requested_by,
    reason: row.reason,
    startedAt: row.started_at,
    endedAt: row.ended_at,
    outcome: row.outcome,
    httpStatus: row.http_status,
    detail: row.detail,
    removedModes: row.removed_modes,
  };
}

export function requestOf({ at, actor, reason, removable_modes: removableModes }: RequestRow): PublicationRequest {
  return { at, actor, reason, removableModes };
}
