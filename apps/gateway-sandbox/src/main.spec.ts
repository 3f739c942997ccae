import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it, jest } from '@jest/globals';

const MAIN = fileURLToPath(new URL('./main.ts', import.meta.url));
/** Runs the sources as they are: names end in .js and mean the .ts beside them. */
const RESOLVE_SOURCES = `import { registerHooks } from 'node:module';
registerHooks({ resolve: (name, context, next) => next(name.startsWith('.') && context.parentURL?.endsWith('.ts') ? name.replace(/\\.js$/, '.ts') : name, context) });`;
const NODE_ARGUMENTS = ['--experimental-transform-types', '--no-warnings', '--import', `data:text/javascript,${encodeURIComponent(RESOLVE_SOURCES)}`, MAIN];

// Starting a process takes its time on a busy machine.
jest.setTimeout(60_000);

interface Run {
  readonly child: ChildProcess;
  /** Everything it has printed so far. */
  readonly printed: { stdout: string; stderr: string };
  readonly ended: Promise<number | null>;
}

const runs: Run[] = [];
afterEach(async () => {
  for (const { child, ended } of runs.splice(0)) {
    child.kill('SIGKILL');
    await ended;
  }
});

function run(environment: Record<string, string> = {}, argument?: string): Run {
  const env = { ...process.env, NODE_OPTIONS: '', GATEWAY_SANDBOX_PORT: '0', GATEWAY_SANDBOX_CONTROL_PORT: '0', ...environment };
  const child = spawn(process.execPath, [...NODE_ARGUMENTS, ...(argument === undefined ? [] : [argument])], { env, stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
  const printed = { stdout: '', stderr: '' };
  child.stdout?.on('data', (text: Buffer) => (printed.stdout += text.toString()));
  child.stderr?.on('data', (text: Buffer) => (printed.stderr += text.toString()));
  const started: Run = { child, printed, ended: endOf(child) };
  runs.push(started);
  return started;
}

/** The exit code, once everything it printed has come in. */
async function endOf(child: ChildProcess): Promise<number | null> {
  const streams = [child.stdout, child.stderr].flatMap((stream) => (stream === null ? [] : [once(stream, 'close')]));
  await Promise.all([once(child, 'exit'), ...streams]);
  return child.exitCode;
}

async function ready({ printed, child }: Run): Promise<{ event: string; gatewayUrl: string; controlUrl: string }> {
  while (!printed.stdout.includes('\n') && child.exitCode === null) await new Promise((resolve) => setTimeout(resolve, 20));
  return JSON.parse(printed.stdout) as { event: string; gatewayUrl: string; controlUrl: string };
}

describe('the program', () => {
  it('prints one line when both doors are open, and nothing else', async () => {
    const program = run();
    const { event, gatewayUrl, controlUrl } = await ready(program);
    expect(event).toBe('ready');
    expect([(await fetch(`${gatewayUrl}/v1/nowhere`)).status, (await fetch(`${controlUrl}/control/health`)).status]).toEqual([401, 200]);
    expect(program.printed).toEqual({ stdout: `${JSON.stringify({ event, gatewayUrl, controlUrl })}\n`, stderr: '' });
  });

  it.each(['SIGTERM', 'SIGINT'] as const)('ends with 0 on %s although a call hangs', async (signal) => {
    const program = run();
    const { gatewayUrl, controlUrl } = await ready(program);
    await fetch(`${controlUrl}/control/faults`, { method: 'PUT', body: '[{"kind":"hang_before"}]' });
    const hanging = fetch(gatewayUrl).then(() => 'answered', () => 'cut');
    while ((await (await fetch(`${controlUrl}/control/ledger`)).text()) === '{"payments":[],"calls":[]}') await new Promise((resolve) => setTimeout(resolve, 10));
    program.child.kill(signal);
    expect([await program.ended, await hanging]).toEqual([0, 'cut']);
  });

  it('ends when the parent that holds its channel is gone', async () => {
    const program = run();
    await ready(program);
    program.child.disconnect();
    expect(await program.ended).toBe(0);
  });

  it('keeps a payment although it is killed the moment after it answered', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'gateway-sandbox-'));
    const environment = { GATEWAY_SANDBOX_STATE: join(folder, 'state') };
    const first = run(environment);
    const { gatewayUrl } = await ready(first);
    const headers = { 'content-type': 'application/x-www-form-urlencoded', authorization: 'Bearer sk_test_sandbox' };
    expect((await fetch(`${gatewayUrl}/v1/payment_intents`, { method: 'POST', headers, body: 'amount=4900&currency=usd' })).status).toBe(200);
    first.child.kill('SIGKILL');
    await first.ended;
    const { controlUrl } = await ready(run(environment));
    const { payments } = (await (await fetch(`${controlUrl}/control/ledger`)).json()) as { payments: unknown[] };
    expect(payments).toHaveLength(1);
    await rm(folder, { recursive: true });
  });

  it.each(['GATEWAY_SANDBOX_PORT', 'GATEWAY_SANDBOX_CONTROL_PORT'])('says in one sentence that %s is taken, and ends with 1', async (variable) => {
    const squatter = createServer().listen(0, '127.0.0.1');
    await once(squatter, 'listening');
    const port = String((squatter.address() as AddressInfo).port);
    const program = run({ [variable]: port });
    expect(await program.ended).toBe(1);
    expect(program.printed).toEqual({ stdout: '', stderr: `gateway-sandbox: Port ${port} is already in use; set ${variable} to a free one, or to 0 to take any.\n` });
    squatter.close();
  });

  it('explains itself', async () => {
    const program = run({}, '--help');
    expect(await program.ended).toBe(0);
    expect(program.printed.stdout).toContain('GATEWAY_SANDBOX_STATE');
    const unknown = run({}, '--port=1');
    expect([await unknown.ended, unknown.printed.stderr]).toEqual([1, 'gateway-sandbox: There is no argument --port=1; --help says what there is.\n']);
  });
});
