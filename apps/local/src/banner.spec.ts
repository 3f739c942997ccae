import { execFileSync } from 'node:child_process';
import { banner, demoLines, opsFunction, type StackAddresses } from './banner.js';

const tokens = { staff: 'staff-token', learner1: 'learner1-token', learner2: 'learner2-token' };
const addresses: StackAddresses = { apiUrl: 'http://127.0.0.1:3000', lmsUrl: 'http://127.0.0.1:18000', lmsControlUrl: 'http://127.0.0.1:18001', gateway: { url: 'http://127.0.0.1:18010', controlUrl: 'http://127.0.0.1:18011', shop: {} }, databaseUrl: 'postgres://127.0.0.1:5432/order_fulfillment', dataFolder: '/clone/.data' };

/** Runs the banner's commands in a shell where `curl` writes down what it is asked. */
function curlCallsOf(text: string): string[] {
  const script = `sleep() { :; }; curl() { printf '%s ' "$@" | tr '\\n' ' ' >&2; printf '\\n' >&2; echo '{"items":[{"number":"OF-100007"},{"number":"OF-100006"}]}'; }\n`;
  const commands = text.slice(text.indexOf('# Paste into'), text.indexOf('Running.'));
  return execFileSync('sh', ['-eu', '-c', `exec 2>&1 1>/dev/null\n${script}${commands}`], { encoding: 'utf8' })
    .trim()
    .split('\n');
}

describe('the banner', () => {
  it('is a script that buys, breaks the LMS, sells, mends, waits, and looks at the newest order, and pays', () => {
    const calls = curlCallsOf(banner(addresses, { lines: demoLines(addresses, tokens), file: '/clone/.data/demo.env' }));
    expect(calls).toEqual([
      expect.stringMatching(/^-sS http:\/\/127\.0\.0\.1:3000\/v1\/checkout .*JWT learner1-token.*Idempotency-Key: demo-\w+.*"sku":"8CF08E5"/),
      expect.stringMatching(/^-sS http:\/\/127\.0\.0\.1:18001\/enrollments/),
      expect.stringMatching(/^-sS -X PUT http:\/\/127\.0\.0\.1:18001\/faults .*"status":503/),
      expect.stringMatching(/\/v1\/checkout .*JWT staff-token.*"sku":"A1B2C3D".*"username":"learner2".*"processor":"invoice"/),
      expect.stringMatching(/^-sS -X PUT http:\/\/127\.0\.0\.1:18001\/faults .*-d \[\]/),
      expect.stringMatching(/^-sS http:\/\/127\.0\.0\.1:3000\/v1\/orders .*JWT staff-token/),
      expect.stringMatching(/\/v1\/orders\/OF-100007 .*JWT staff-token/),
      expect.stringMatching(/\/v1\/checkout .*JWT learner1-token.*"sku":"A1B2C3D".*"processor":"stripe"/),
      expect.stringMatching(/^-sS -X POST http:\/\/127\.0\.0\.1:18011\/control\/payments\/OF-100007\/pay/),
      expect.stringMatching(/^-sS -X POST http:\/\/127\.0\.0\.1:3000\/v1\/orders\/OF-100007\/payment\/confirm .*JWT learner1-token/),
      expect.stringMatching(/^-sS http:\/\/127\.0\.0\.1:3000\/v1\/orders\/OF-100007 .*JWT learner1-token/),
      expect.stringMatching(/\/v1\/operations\/failures .*JWT staff-token/),
    ]);
  });

  it('does not show the password of the database, which stands in the file', () => {
    const lines = demoLines({ ...addresses, databaseUrl: 'postgres://postgres:hunter2@127.0.0.1:5432/x' }, tokens);
    expect(lines).toContain('hunter2');
    expect(banner(addresses, { lines, file: 'demo.env' })).not.toContain('hunter2');
  });

  it('has a command for operators in its file, which finds everything and leaves nothing in the shell', () => {
    const script = `npm() { printf '%s|%s|%s' "$DATABASE_URL" "$LMS_API_KEY" "$*"; }\n${opsFunction({ DATABASE_URL: 'postgres://db/x', LMS_API_KEY: 'key' })}ops catalog drift; printf '|%s' "\${DATABASE_URL:-none}"`;
    expect(execFileSync('bash', ['-eu', '-c', script], { encoding: 'utf8', env: { PATH: process.env['PATH'] } })).toBe('postgres://db/x|key|run --silent ops -- catalog drift|none');
  });

  it('gives each purchase a key of its own, at every start a fresh one', () => {
    const keys = [1, 2].flatMap(() => banner(addresses, { lines: '', file: 'demo.env' }).match(/demo-[0-9a-f]{8}/g) ?? []);
    expect(keys).toHaveLength(6);
    expect(new Set(keys).size).toBe(6);
  });

  it('pays nothing where there is no sandbox gateway', () => {
    expect(banner({ ...addresses, gateway: null }, { lines: '', file: 'demo.env' })).not.toMatch(/gateway|stripe|confirm/i);
  });

  it('names the places, and gives away no token when a real LMS is configured', () => {
    const text = banner({ ...addresses, lmsUrl: 'https://lms.example.com', lmsControlUrl: null, gateway: null }, null);
    expect(text).toContain('http://127.0.0.1:3000/docs');
    expect(text).toContain('https://lms.example.com');
    expect(text).not.toMatch(/sandbox|export|curl/i);
  });
});
