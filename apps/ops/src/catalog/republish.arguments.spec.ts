import { readRepublish } from './republish.arguments.js';

const [BIO, GEO] = ['course-v1:AcmeX+BIO1+2026', 'course-v1:AcmeX+GEO1+2026'];

describe('the arguments of catalog republish', () => {
  it('name courses, each once, and say why, in the name of whoever is logged in', () => {
    expect(readRepublish([BIO, GEO, BIO, '--reason', ' mended '])).toEqual({ courseIds: [BIO, GEO], remove: [], reason: 'mended', actor: expect.stringMatching(/^cli:.+/) as string, dryRun: false, wait: false, json: false });
  });

  it('may mean all that failed, or confirm what the LMS may lose of one course', () => {
    expect(readRepublish(['--failed', '--reason', 'x', '--wait'])).toMatchObject({ courseIds: null, wait: true });
    expect(readRepublish([BIO, '--remove', 'honor', '--remove', 'credit', '--reason', 'x', '--actor', 'ann'])).toMatchObject({ courseIds: [BIO], remove: ['honor', 'credit'], actor: 'ann' });
  });

  it('need no reason for a dry run', () => {
    expect(readRepublish([BIO, '--dry-run'])).toMatchObject({ dryRun: true, reason: '' });
  });

  it.each([
    [[], 'Name a course, such as course-v1:AcmeX+BIO1+2026, or say --failed.'],
    [[BIO], 'Say why: --reason "...".'],
    [[BIO, '--failed', '--reason', 'x'], 'Name courses or say --failed, not both.'],
    [[BIO, GEO, '--remove', 'honor', '--reason', 'x'], '--remove goes with exactly one course'],
    [['--failed', '--remove', 'honor', '--reason', 'x'], '--remove goes with exactly one course'],
    [[BIO, '--remove', '', '--reason', 'x'], '--remove must not be empty.'],
    [[BIO, '--dry-run', '--wait'], 'A dry run asks for nothing'],
    [[BIO, '--reason', ' '], '--reason must not be empty.'],
    [[BIO, '--reason', 'x', '--actor', 'a\u001b[2J'], '--actor must not contain control characters.'],
    [[BIO, '--reason', 'x', '--dryrun'], "Unknown option '--dryrun'"],
  ])('%j are wrong: %s', (argv, sentence) => {
    expect(() => readRepublish(argv)).toThrow(sentence);
  });
});
