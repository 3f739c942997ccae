import { randomBytes } from 'node:crypto';

/** Where everything is, once the stack runs. */
export interface StackAddresses {
  readonly apiUrl: string;
  readonly lmsUrl: string;
  /** Null when a real LMS is configured instead of the sandbox. */
  readonly lmsControlUrl: string | null;
  /** The sandbox gateway, and the variables of who sells by it, made-up secrets among them. Null when payment processors of the user's are configured. */
  readonly gateway: { readonly url: string; readonly controlUrl: string; readonly shop: Readonly<Record<string, string>> } | null;
  /** Of the embedded PostgreSQL; null when another server is configured. Holds a password. */
  readonly databaseUrl: string | null;
  readonly dataFolder: string;
}

export interface DemoTokens {
  readonly staff: string;
  readonly learner1: string;
  readonly learner2: string;
}

/** The shell variables of the demo, as `export` lines, and the file that holds them as well. They contain tokens. */
export interface DemoVariables {
  readonly lines: string;
  readonly file: string;
}

const INVOICED_SALE =
  '{"items":[{"sku":"A1B2C3D","quantity":1}],"learner":{"username":"learner2","email":"learner2@example.com"},"payment":{"processor":"invoice","reference":"PO-7"}}';

const PAID_SALE = '{"items":[{"sku":"A1B2C3D","quantity":1}],"payment":{"processor":"stripe"}}';

export function demoLines({ apiUrl, lmsControlUrl, gateway, databaseUrl }: StackAddresses, tokens: DemoTokens): string {
  const variables = { API: apiUrl, LMS: lmsControlUrl ?? '', GATEWAY: gateway?.controlUrl ?? '', DB: databaseUrl ?? '', STAFF: tokens.staff, LEARNER1: tokens.learner1, LEARNER2: tokens.learner2 };
  return Object.entries(variables)
    .map(([name, value]) => `export ${name}='${value}'\n`)
    .join('');
}

/** A shell function that runs an operators' command against this stack, from the clone: `ops catalog drift`. Holds secrets. */
export function opsFunction(variables: Readonly<Record<string, string>>): string {
  const assignments = Object.entries(variables).map(([name, value]) => `${name}='${value}'`);
  return `ops() { ${assignments.join(' ')} npm run --silent ops -- "$@"; }\n`;
}

/** What the terminal shows when everything runs; the demo only with the sandbox, whose learners the tokens name. */
export function banner(addresses: StackAddresses, demo: DemoVariables | null): string {
  const rest = demo === null ? ['Tokens are signed (HS256) with your JWT_SECRET.'] : demoCommands(demo, addresses.gateway);
  return ['', ...places(addresses), '', ...rest, '', 'Running. Ctrl-C stops everything; the orders stay for the next `npm start`.', ''].join('\n');
}

function places({ apiUrl, lmsUrl, lmsControlUrl, gateway, dataFolder }: StackAddresses): string[] {
  const lms = lmsControlUrl === null ? ['LMS', lmsUrl] : ['Sandbox LMS', `${lmsUrl}   (control: ${lmsControlUrl})`];
  const rows = [['API', apiUrl], ['Its documentation', `${apiUrl}/docs`], lms, ...(gateway === null ? [] : [['Sandbox gateway', `${gateway.url}   (control: ${gateway.controlUrl})`]]), ['Data and logs', `${dataFolder}   (api.log and others)`]];
  return rows.map(([name, place]) => `  ${String(name).padEnd(18)} ${place}`);
}

/** Some interactive shells run what follows a `;` in a comment and stumble over brackets: the comments have neither. */
function demoCommands({ lines, file }: DemoVariables, gateway: StackAddresses['gateway']): string[] {
  return [
    '# Paste into another terminal. First the addresses and the tokens, good for a day. The same from a file:',
    `# . '${file}'`,
    shownLines(lines),
    '# learner1 takes a free seat. The same key again: the same order. Another key: 409 already_owned.',
    post('LEARNER1', '/v1/checkout', '{"items":[{"sku":"8CF08E5","quantity":1}]}', freshKey()),
    '# What the LMS knows:',
    'curl -sS "$LMS/enrollments"; echo',
    '# Break the LMS and sell learner2 a verified seat by invoice: an order, with the named failure on its line.',
    `curl -sS -X PUT "$LMS/faults" -d '[{"kind":"status","status":503}]'; echo`,
    post('STAFF', '/v1/checkout', INVOICED_SALE, freshKey()),
    '# Mend it, and wait a little: the worker tries again by itself, and the newest order is complete.',
    `curl -sS -X PUT "$LMS/faults" -d '[]'; echo`,
    'sleep 12',
    `NUMBER=$(curl -sS "$API/v1/orders" -H "Authorization: JWT $STAFF" | grep -o 'OF-[0-9]*' | head -n 1)`,
    'curl -sS "$API/v1/orders/$NUMBER" -H "Authorization: JWT $STAFF"; echo',
    ...(gateway === null ? [] : paidCommands(gateway.url)),
    '# What waits for a person, if anything:',
    'curl -sS "$API/v1/operations/failures" -H "Authorization: JWT $STAFF"; echo',
    '# Sell seats of your own, where --help tells the columns of the file. $DB and ops are in the file named above:',
    '#   DATABASE_URL="$DB" npm run catalog:import -- file.csv',
    '# What operators do, here in the clone:',
    '#   ops doctor, ops catalog publications, ops catalog drift, ops --help',
  ];
}

/** The sandbox gateway is its own buyer: a browser does the same on its pages. */
function paidCommands(gatewayUrl: string): string[] {
  return [
    '# learner1 orders the verified seat, to be paid by card. The order waits for its money:',
    `ORDER=$(${post('LEARNER1', '/v1/checkout', PAID_SALE, freshKey()).replace(/; echo$/, '')}); echo "$ORDER"`,
    `PAID=$(echo "$ORDER" | grep -o 'OF-[0-9]*' | head -n 1)`,
    `# The buyer pays. In a browser: ${gatewayUrl}/pay/ and the pi_… of payment.action.clientSecret, or order by "paypal" and open payment.action.url`,
    'curl -sS -X POST "$GATEWAY/control/payments/$PAID/pay"; echo',
    '# The browser says so, and the gateway is asked, where its webhook was not first:',
    'curl -sS -X POST "$API/v1/orders/$PAID/payment/confirm" -H "Authorization: JWT $LEARNER1"; echo',
    '# Either way the seat is delivered in a moment. Look at the order:',
    'curl -sS "$API/v1/orders/$PAID" -H "Authorization: JWT $LEARNER1"; echo',
  ];
}

/** The database's URL holds a password that no demo needs on a screen. */
function shownLines(lines: string): string {
  return lines.replace(/^export DB=.*\n/m, '');
}

function post(token: string, path: string, body: string, idempotencyKey?: string): string {
  const key = idempotencyKey === undefined ? '' : ` -H 'Idempotency-Key: ${idempotencyKey}'`;
  return `curl -sS "$API${path}" -H "Authorization: JWT $${token}"${key} -H 'Content-Type: application/json' \\\n  -d '${body}'; echo`;
}

function freshKey(): string {
  return `demo-${randomBytes(4).toString('hex')}`;
}
