import { readPublications } from './publications.arguments.js';

describe('the arguments of catalog publications', () => {
  it('list what is not published, unless they name a status or a course', () => {
    expect(readPublications([])).toEqual({ courseId: null, status: null, json: false });
    expect(readPublications(['--status', 'confirm_required', '--json'])).toEqual({ courseId: null, status: 'confirm_required', json: true });
    expect(readPublications(['course-v1:A+B+C'])).toEqual({ courseId: 'course-v1:A+B+C', status: null, json: false });
  });

  it.each([
    [['--status', 'faild'], '--status must be one of waiting, publishing, published, failed, confirm_required.'],
    [['course-v1:A+B+C', '--status', 'failed'], 'A status narrows the list'],
    [['course-v1:A+B+C', 'course-v1:A+B+D'], 'One argument is too many: course-v1:A+B+D.'],
    [[' '], 'The course must not be empty.'],
  ])('%j are wrong: %s', (argv, sentence) => {
    expect(() => readPublications(argv)).toThrow(sentence);
  });
});
