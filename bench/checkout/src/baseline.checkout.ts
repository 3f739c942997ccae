import { hash, randomUUID, randomUUIDv7 } from 'node:crypto';
import type pg from 'pg';
import type { Pool } from 'undici';
import { PLACE, SETTLE, type PlacedRow, type ProductRow } from './baseline.statements.js';

const ROUTE = 'POST /v1/checkout';

/** The body, taken on trust. */
export interface BaselineBody {
  readonly learner: { readonly username: string; readonly email: string };
  readonly payment: { readonly processor: string; readonly reference: string };
  readonly emailOptIn: boolean;
}

export interface BaselineRequest {
  readonly caller: string;
  readonly key: string;
  readonly body: BaselineBody;
}

export interface BaselineDependencies {
  readonly database: pg.Pool;
  readonly lms: Pool;
  readonly lmsApiKey: string;
  readonly product: ProductRow;
}

/** Two commits and the call between them. Returns the answer's body. */
export async function checkout({ database, lms, lmsApiKey, product }: BaselineDependencies, { caller, key, body }: BaselineRequest): Promise<string> {
  const [orderId, lineId, claimId] = [randomUUIDv7(), randomUUIDv7(), randomUUID()];
  const { learner, payment, emailOptIn } = body;
  const fingerprint = hash('sha256', JSON.stringify(body), 'base64url');
  const { rows } = await database.query<PlacedRow>({
    ...PLACE,
    values: [
      caller, ROUTE, key, fingerprint, orderId, product.currency, product.price_minor, learner.username, learner.email, emailOptIn,
      payment.processor, payment.reference, lineId, product.sku, product.product_id, product.product_type, product.title,
      product.details, claimId, `checkout:${caller}`,
    ],
  });
  const order = { id: orderId, lineId, username: learner.username, ...placed(rows) };
  const startedAtMs = performance.now();
  const receipt = await enroll({ lms, lmsApiKey, product }, order);
  const answer = render(order, body, product, receipt);
  await database.query({ ...SETTLE, values: [orderId, lineId, claimId, receipt, Math.round(performance.now() - startedAtMs), caller, answer, ROUTE, key] });
  return answer;
}

interface BaselineOrder {
  readonly id: string;
  readonly lineId: string;
  readonly username: string;
  readonly number: string;
  readonly placedAt: string;
}

function placed([row]: readonly PlacedRow[]): { number: string; placedAt: string } {
  if (!row) throw new Error('Nothing was placed.');
  return { number: row.number, placedAt: row.placed_at.toISOString() };
}

async function enroll({ lms, lmsApiKey, product: { details } }: Omit<BaselineDependencies, 'database'>, order: BaselineOrder): Promise<string> {
  const attribute = (name: string, value: string) => ({ namespace: 'order', name, value });
  const { statusCode, body } = await lms.request({
    method: 'POST',
    path: '/api/enrollment/v1/enrollment',
    headers: { accept: 'application/json', 'content-type': 'application/json', 'x-edx-api-key': lmsApiKey },
    body: JSON.stringify({
      user: order.username,
      mode: details.mode,
      is_active: true,
      course_details: { course_id: details.courseId },
      enrollment_attributes: [
        attribute('order_number', order.number), attribute('date_placed', order.placedAt), attribute('order_id', order.id),
        attribute('line_item_id', order.lineId), attribute('source_system', 'baseline'),
      ],
    }),
  });
  const { mode } = (await body.json()) as { mode: string };
  if (statusCode !== 200) throw new Error(`The LMS answered ${statusCode}.`);
  return `${details.courseId} (${mode})`;
}

function render({ number, placedAt, lineId }: BaselineOrder, { learner, payment }: BaselineBody, product: ProductRow, receipt: string): string {
  const { sku, product_type: productType, title, currency } = product;
  const unitPriceMinor = Number(product.price_minor);
  return JSON.stringify({
    number, status: 'complete', currency, totalMinor: unitPriceMinor, placedAt, learner, payment: { ...payment, status: 'settled' },
    lines: [{ id: lineId, sku, productType, title, quantity: 1, unitPriceMinor, status: 'fulfilled', attempts: 1, failure: null, nextAttemptAt: null, receipt }],
  });
}
