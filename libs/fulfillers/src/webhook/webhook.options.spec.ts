import { isConfigurationFailure, parseOrFail } from '@order-fulfillment/fulfiller-kit';
import { WebhookOptionsSchema } from './webhook.options.js';

const SECRET = `whsec_${Buffer.alloc(32, 9).toString('base64')}`;
const GOOD = { url: 'https://mentoring.example.com/fulfillment', secret: SECRET };

function problems(changes: Record<string, unknown>): string[] {
  try {
    parseOrFail(WebhookOptionsSchema, { ...GOOD, ...changes }, 'options');
  } catch (thrown) {
    if (isConfigurationFailure(thrown)) return thrown.problems.map(({ pointer, message }) => `${pointer} ${message}`);
    throw thrown;
  }
  return [];
}

it('fills in what is left out', () => {
  expect(parseOrFail(WebhookOptionsSchema, GOOD, 'options')).toEqual({ ...GOOD, requiredDetails: [], allowedNetworks: [], verifyAfterMs: 60_000, deadlineMs: 604_800_000 });
});

describe('an url', () => {
  it.each(['https://mentoring.example.com', 'https://mentoring.example.com:8443/a?b=c', 'https://8.8.8.8/', 'https://[2606:4700::1111]/', 'https://localhost/'])('may be %s', (url) => {
    expect(problems({ url })).toEqual([]);
  });

  it.each([
    ['http://0x7f.1/', '127.0.0.1'],
    ['https://0x7f.1/', '127.0.0.1'],
    ['https://2130706433/', '127.0.0.1'],
    ['https://017700000001/', '127.0.0.1'],
    ['https://127.0.0.1./', '127.0.0.1'],
    ['https://127.1:8443/', '127.0.0.1'],
    ['https://[::ffff:127.0.0.1]/', '::ffff:7f00:1'],
    ['https://[::1]:443/', '::1'],
    ['https://0/', '0.0.0.0'],
    ['https://169.254.169.254/latest/meta-data', '169.254.169.254'],
    ['https://１０.0.0.1/', '10.0.0.1'],
  ])('may not be %s, which is %s', (url, host) => {
    const allowedNetworks = url.startsWith('http:') ? ['10.0.0.0/8'] : [];
    expect(problems({ url: `${url}`, allowedNetworks })).toEqual([expect.stringMatching(new RegExp(`^/url must not name ${host},`))]);
  });

  it('may be private when its network is allowed', () => {
    expect(problems({ url: 'https://10.1.2.3/', allowedNetworks: ['10.1.0.0/16'] })).toEqual([]);
    expect(problems({ url: 'http://[::ffff:127.0.0.1]:8080/', allowedNetworks: ['127.0.0.0/8'] })).toEqual([]);
  });

  it('may do without TLS only where the operator names networks, and a literal address must lie in them', () => {
    expect(problems({ url: 'http://mentoring.internal/' })).toEqual(['/url must be an https URL; http is for hosts in allowedNetworks only']);
    expect(problems({ url: 'http://mentoring.internal/', allowedNetworks: ['10.0.0.0/8'] })).toEqual([]);
    expect(problems({ url: 'http://8.8.8.8/', allowedNetworks: ['10.0.0.0/8'] })).toEqual(['/url must not name 8.8.8.8, which is not in allowedNetworks']);
  });

  it.each(['', 'mentoring.example.com', '//mentoring.example.com', 'ftp://mentoring.example.com', 'file:///etc/passwd', 'https://', 'https://exa mple.com', 'https://[::1', 'https://1.2.3.4.5', 7, null])(
    'is none when it is %p',
    (url) => {
      expect(problems({ url })).toHaveLength(1);
    },
  );

  it('holds no user and no password, and they are not shown', () => {
    for (const url of ['https://user:s3cret@example.com/', 'https://user@example.com/', 'https://:s3cret@example.com/']) {
      expect(problems({ url })).toEqual(['/url must not hold a user or a password: the secret signs every call']);
    }
  });
});

it.each([
  ['/secret', { secret: undefined }],
  ['/secret', { secret: 's3cret' }],
  ['/secret', { secret: `whsec_${Buffer.alloc(23).toString('base64')}` }],
  ['/requiredDetails', { requiredDetails: 'sessions' }],
  ['/requiredDetails/1', { requiredDetails: ['sessions', ''] }],
  ['/allowedNetworks/0', { allowedNetworks: ['10.0.0.1'] }],
  ['/allowedNetworks/0', { allowedNetworks: ['10.0.0.0/33'] }],
  ['/verifyAfterMs', { verifyAfterMs: 999 }],
  ['/deadlineMs', { deadlineMs: 1.5 }],
  ['/deadlineMs', { verifyAfterMs: 5_000, deadlineMs: 4_000 }],
])('blames %s for %p', (pointer, changes) => {
  expect(problems(changes)).toEqual([expect.stringMatching(new RegExp(`^${pointer} must `))]);
});

it.each([
  [{ url: 'https://10.1.2.3/', allowedNetworks: ['10.1.0.0'] }, ['/allowedNetworks/0', '/url']],
  [{ url: 'https://8.8.8.8/', allowedNetworks: ['8.8.0.0/16', 'nonsense', '10.0.0.0/33'] }, ['/allowedNetworks/1', '/allowedNetworks/2']],
  [{ url: 'https://[::1]/', allowedNetworks: ['::/129'] }, ['/allowedNetworks/0', '/url']],
  [{ url: 'https://10.1.2.3/', allowedNetworks: [7] }, ['/allowedNetworks/0', '/url']],
  [{ url: 'https://10.1.2.3/', allowedNetworks: 'all' }, ['/allowedNetworks', '/url']],
  [{ url: 'http://example.com/', secret: 7, deadlineMs: 'never' }, ['/deadlineMs', '/secret', '/url']],
  [{ secret: 's3cret', verifyAfterMs: 5_000, deadlineMs: 4_000, requiredDetails: [''] }, ['/deadlineMs', '/requiredDetails/0', '/secret']],
  [{ url: 'https://10.1.2.3/', secrets: [] }, ['', '/url']],
])('names every option that is wrong in %j', (changes, pointers) => {
  expect(problems(changes).map((problem) => problem.replace(/ ?(must|Unrecognized).*/, '')).sort()).toEqual(pointers);
});

it('refuses an option that it does not know, and never shows the secret', () => {
  expect(problems({ secrets: [SECRET] })).toHaveLength(1);
  expect(problems({ secret: `${SECRET}!` }).join()).not.toContain(SECRET);
});
