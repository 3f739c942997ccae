const THIS_MACHINE = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/** What is wrong with the address of a gateway's API, without the address; null when nothing is. Credentials go there: http is for a stand-in on this machine. */
export function apiUrlProblem(text: string): string | null {
  const problem = pageUrlProblem(text);
  if (problem !== null) return problem;
  const { pathname, search, hash } = new URL(text);
  return pathname === '/' && search === '' && hash === '' ? null : 'must be a scheme, a host and a port, and nothing after them';
}

/** As `apiUrlProblem`, for a page that a buyer is sent to. */
export function pageUrlProblem(text: string): string | null {
  const url = URL.parse(text);
  if (url === null || !['https:', 'http:'].includes(url.protocol)) return 'must be an https URL';
  if (url.username !== '' || url.password !== '') return 'must not hold a user or a password';
  if (url.protocol === 'http:' && !THIS_MACHINE.test(url.hostname)) return 'must be an https URL; http is for this machine only';
  return null;
}
