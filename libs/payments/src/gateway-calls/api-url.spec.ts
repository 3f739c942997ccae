import { apiUrlProblem, pageUrlProblem } from './api-url.js';

it.each(['https://api.stripe.com', 'https://api-m.paypal.com/', 'https://gateway.internal:8443', 'http://127.0.0.1:4242', 'http://localhost:1', 'http://[::1]:8080/', 'http://127.1/'])('an API may be at %s', (url) => {
  expect(apiUrlProblem(url)).toBeNull();
});

it.each(['http://api.stripe.com', 'http://10.0.0.1', 'http://localhost.example.com', 'http://0.0.0.0', 'https://user@api.stripe.com', 'https://:pass@api.stripe.com', 'ftp://api.stripe.com', 'api.stripe.com', '', 'https://'])(
  'neither an API nor a page may be at %j',
  (url) => {
    expect(apiUrlProblem(url)).toMatch(/^must /);
    expect(pageUrlProblem(url)).toMatch(/^must /);
  },
);

it.each(['https://api.stripe.com/v1', 'https://api.stripe.com/?a=b', 'https://api.stripe.com/#a'])('a page may be at %s, and no API', (url) => {
  expect(pageUrlProblem(url)).toBeNull();
  expect(apiUrlProblem(url)).toMatch(/nothing after them/);
});
