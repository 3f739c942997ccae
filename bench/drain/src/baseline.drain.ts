import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import type { Pool } from 'undici';
import { CLAIM, FIND_DUE, SETTLE, type ClaimedRow, type DueRow } from './baseline.statements.js';

/** As many as the product asks for at once. */
const BATCH_SIZE = 500;
const PATH = '/api/enrollment/v1/enrollment';

export interface BaselineDependencies {
  readonly database: pg.Pool;
  readonly lms: Pool;
  readonly lmsApiKey: string;
  readonly concurrency: number;
}

/** Works off all that is due, batch by batch. Returns how many lines that were. */
export async function drain(dependencies: BaselineDependencies): Promise<number> {
  let drained = 0;
  for (;;) {
    const { rows } = await dependencies.database.query<DueRow>({ ...FIND_DUE, values: [BATCH_SIZE] });
    if (rows.length === 0) return drained;
    drained += rows.length;
    const ids = rows.map(({ id }) => id);
    const slot = async (): Promise<void> => {
      for (let id = ids.shift(); id !== undefined; id = ids.shift()) await deliver(dependencies, id);
    };
    await Promise.all(Array.from({ length: dependencies.concurrency }, slot));
  }
}

/** Two commits, and between them two calls: a retry looks at the enrollment first. */
async function deliver({ database, lms, lmsApiKey }: BaselineDependencies, lineId: string): Promise<void> {
  const claimId = randomUUID();
  const { rows: [line] } = await database.query<ClaimedRow>({ ...CLAIM, values: [lineId, claimId] });
  if (!line) return;
  const startedAtMs = performance.now();
  const headers = { accept: 'application/json', 'content-type': 'application/json', 'x-edx-api-key': lmsApiKey };
  const { courseId, mode } = line.details;
  const found = await lms.request({ method: 'GET', path: `${PATH}/${encodeURIComponent(line.learner_username)},${encodeURIComponent(courseId)}`, headers });
  if ((await found.body.text()) !== '') throw new Error('The LMS knows the learner already.');
  const { statusCode, body } = await lms.request({ method: 'POST', path: PATH, headers, body: enrollment(line) });
  const answer = (await body.json()) as { mode: string };
  if (statusCode !== 200 || answer.mode !== mode) throw new Error(`The LMS answered ${statusCode}.`);
  await database.query({ ...SETTLE, values: [line.order_id, line.id, claimId, `${courseId} (${mode})`, Math.round(performance.now() - startedAtMs)] });
}

function enrollment({ id, order_id, number, placed_at, learner_username, details: { courseId, mode } }: ClaimedRow): string {
  const attribute = (name: string, value: string) => ({ namespace: 'order', name, value });
  return JSON.stringify({
    user: learner_username,
    mode,
    is_active: true,
    course_details: { course_id: courseId },
    enrollment_attributes: [
      attribute('order_number', number), attribute('date_placed', placed_at.toISOString()), attribute('order_id', order_id),
      attribute('line_item_id', id), attribute('source_system', 'baseline'),
    ],
  });
}
