import pg from 'pg';

const UNIQUE_VIOLATION = '23505';
const SOLD_ONCE_KEY = 'order_line_sold_once_key';

/** Whether PostgreSQL refused a line because its learner has or awaits the same product, which is sold once. */
export function isSoldOnceViolation(thrown: unknown): boolean {
  return thrown instanceof pg.DatabaseError && thrown.code === UNIQUE_VIOLATION && thrown.constraint === SOLD_ONCE_KEY;
}
