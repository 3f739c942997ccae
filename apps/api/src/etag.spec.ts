import { etagOf, requireVersion, versionOf } from './etag.js';

const request = (headers: Record<string, string>) => ({ headers });
const problemOf = (work: () => unknown) => {
  try {
    return work();
  } catch (error) {
    return error;
  }
};

describe('the version that a write expects', () => {
  it.each([
    [{ 'if-match': '"7"' }, 7],
    [{ 'if-match': '"0"' }, 0],
    [{ 'if-match': '"999999999999999"' }, 999_999_999_999_999],
    [{ 'if-none-match': '*' }, 'new'],
    [{}, undefined],
  ])('%j is %s', (headers, version) => {
    expect(versionOf(request(headers))).toBe(version);
  });

  it.each([
    ['If-Match', { 'if-match': 'W/"7"' }],
    ['If-Match', { 'if-match': '7' }],
    ['If-Match', { 'if-match': '"07"' }],
    ['If-Match', { 'if-match': '"-1"' }],
    ['If-Match', { 'if-match': '"9999999999999999"' }],
    ['If-Match', { 'if-match': '"7", "8"' }],
    ['If-Match', { 'if-match': '*' }],
    ['If-Match', { 'if-match': '' }],
    ['If-None-Match', { 'if-none-match': '"7"' }],
    ['If-None-Match', { 'if-none-match': '' }],
    ['If-None-Match', { 'if-match': '"7"', 'if-none-match': '*' }],
  ])('refuses %s of %j', (header, headers) => {
    const problem = problemOf(() => versionOf(request(headers)));
    expect(problem).toMatchObject({ code: 'invalid_request', errors: [{ header }] });
  });

  it('is asked for where it is needed', () => {
    expect(problemOf(() => requireVersion(request({})))).toMatchObject({ code: 'version_required', errors: [{ header: 'If-Match' }] });
    expect(requireVersion(request({ 'if-match': etagOf(7) }))).toBe(7);
  });
});
