import { COMMANDS, opsCommand } from './ops.command-line.js';

async function answerTo(...argv: string[]): Promise<{ code: number; out: string; err: string }> {
  let [out, err] = ['', ''];
  const code = await opsCommand({ argv, env: {}, stdout: { write: (text) => (out += text) }, stderr: { write: (text) => (err += text) } });
  return { code, out, err };
}

describe('the command line of the operators', () => {
  it('lists every command for --help', async () => {
    const { code, out } = await answerTo('--help');
    expect(code).toBe(0);
    for (const { name, summary } of COMMANDS) expect(out).toContain(`  ${name.padEnd(18)}  ${summary}\n`);
  });

  it.each(COMMANDS.map(({ name }) => [name]))('%s tells its own options for --help, whatever else is said, and does nothing', async (name) => {
    const { code, out, err } = await answerTo(name, '--nonsense', '--help');
    expect([code, err]).toEqual([0, '']);
    expect(out).toMatch(new RegExp(`^Usage: npm run ops -- ${name}[^]*--json`));
  });

  it.each([
    [[], 'Say what to do.'],
    [['docter'], 'There is no command "docter".'],
    [['order'], 'Name an order, such as OF-100001.'],
    [['order', 'OF-1', 'OF-2'], 'One argument is too many: OF-2.'],
    [['order', '--nonsense'], "Unknown option '--nonsense'"],
    [['doctor', 'now'], "Unexpected argument 'now'"],
    [['doctor', '--timeout', '0'], '--timeout must be a whole number of seconds from 1 to 999.'],
    [['failures', '--kind', 'sever'], '--kind must be one of configuration, network'],
    [['resubmissions', '7'], 'The id must be the id of a resubmission.'],
    [['resubmit', '--reason', 'x'], 'This filter matches every unfinished line. Narrow it, or add --all'],
  ])('%j are wrong arguments: %s, the usage, and exit code 2', async (argv, sentence) => {
    const { code, out, err } = await answerTo(...argv);
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain(sentence);
    expect(err).toContain('\n\nUsage: npm run ops -- ');
  });

  it('says which setting is missing, and fails', async () => {
    const { code, err } = await answerTo('failures');
    expect(code).toBe(1);
    expect(err).toBe('The environment does not fit; change this variable:\n  DATABASE_URL is missing\n');
  });

  it('shows no control character of what it was given', async () => {
    expect((await answerTo('order\u001b[2J')).err).not.toContain('\u001b');
    expect((await answerTo('order', 'OF-1', '\u001b[2J')).err).not.toContain('\u001b');
  });
});
