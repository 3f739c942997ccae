import { fail, ok, skipped, warn } from './check.js';
import { doctorText } from './doctor.text.js';

describe('what the doctor says', () => {
  it('is one line a check, what to do under it, and a count', () => {
    const text = doctorText([
      { name: 'database', ...ok('PostgreSQL 17.2 answers.') },
      { name: 'redis', ...warn('May evict\u001b[2J.', 'Set it.') },
      { name: 'lms', ...fail('Away:\nrefused.', 'Start it.') },
      { name: 'credentials', ...skipped('the LMS is away') },
    ]);
    expect(text.split('\n')).toEqual([
      'ok    database     PostgreSQL 17.2 answers.',
      'warn  redis        May evict\u00b7[2J.',
      '                   -> Set it.',
      'FAIL  lms          Away:',
      '                   refused.',
      '                   -> Start it.',
      'skip  credentials  Not looked at: the LMS is away.',
      '',
      '1 ok, 1 warn, 1 FAIL, 1 skip.',
      '',
    ]);
  });

  it('is short when all is well', () => {
    expect(doctorText([{ name: 'redis', ...ok('Well.') }])).toBe('ok    redis  Well.\n\nAll is well.\n');
  });
});
