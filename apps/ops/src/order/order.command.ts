import { EntityManager } from '@mikro-orm/postgresql';
import { parseArgs } from 'node:util';
import { OrderNotFoundError, OrderReader, type Order } from '#orders';
import { PaymentReader } from '#payments';
import { RefundReader } from '#refunds';
import { CommandError } from '../command-failure.js';
import { WrongArgumentsError, atMostOne, refusingWrongOptions } from '../command/arguments.js';
import { EXIT, defineCommand } from '../command/command.js';
import { databaseTime } from '../database-time.js';
import { withOrders } from '../ops.context.js';
import { orderReport } from './order.report.js';
import { orderText } from './order.text.js';

/** Nobody tries more often. */
const MOST_PAYMENTS = 100;

/** `npm run ops -- order OF-…` */
export const orderCommand = defineCommand({
  name: 'order',
  synopsis: 'OF-... [--json]',
  summary: 'Shows an order: how each line, payment and refund stands, why, what happens next, and all that happened to it',
  help: `  --json   answer in JSON, with everything there is
`,
  read: (argv) => {
    const { values, positionals } = refusingWrongOptions(() => parseArgs({ args: [...argv], allowPositionals: true, options: { json: { type: 'boolean', default: false } } }));
    const number = atMostOne(positionals);
    if (number === undefined) throw new WrongArgumentsError('Name an order, such as OF-100001.');
    return { number, json: values.json };
  },
  run: async ({ number, json }, { env, stdout }) => {
    const report = await withOrders(env, async (app) => {
      const order = await app.get(OrderReader).detail(number).catch((error: unknown) => notFound(error, number));
      const { payments } = await app.get(PaymentReader).list({ orderNumber: number }, MOST_PAYMENTS, null);
      const refunds = await app.get(RefundReader).ofOrder(order.id);
      return orderReport(order, { payments, refunds }, await databaseTime(app.get(EntityManager)));
    });
    stdout.write(json ? `${JSON.stringify(report)}\n` : orderText(report));
    return EXIT.done;
  },
});

/** The domain's sentence is one for learners. */
function notFound(error: unknown, number: string): Order {
  throw error instanceof OrderNotFoundError ? new CommandError(`There is no order ${number}.`) : error;
}
