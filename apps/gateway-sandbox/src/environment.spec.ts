import { expect, it } from '@jest/globals';
import { EnvironmentError, readEnvironment } from './environment.js';
import { USAGE } from './usage.js';

it('needs nothing to be set, and --help says what is then', () => {
  const config = readEnvironment({ GATEWAY_SANDBOX_STATE: '' });
  expect(config).toEqual({
    port: 18_010,
    controlPort: 18_011,
    stateFile: null,
    stripe: { secretKey: 'sk_test_sandbox', webhookSecret: 'whsec_sandbox', webhookUrl: null },
    paypal: { clientId: 'sandbox-client', clientSecret: 'sandbox-secret', webhookId: 'SANDBOXWEBHOOK1', webhookUrl: null },
  });
  for (const value of [config.port, config.controlPort, config.stripe.secretKey, config.stripe.webhookSecret, config.paypal.clientId, config.paypal.clientSecret, config.paypal.webhookId]) expect(USAGE).toContain(`(${value}`);
});

it('names every wrong variable, and no value', () => {
  const read = () => readEnvironment({ GATEWAY_SANDBOX_PORT: 'se4et', STRIPE_WEBHOOK_URL: 'ftp://se4et' });
  expect(read).toThrow(EnvironmentError);
  expect(read).toThrow(/GATEWAY_SANDBOX_PORT.*STRIPE_WEBHOOK_URL/);
  expect(read).not.toThrow(/se4et/);
});
