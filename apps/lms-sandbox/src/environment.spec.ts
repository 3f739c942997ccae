import { expect, it } from '@jest/globals';
import { EnvironmentError, readEnvironment } from './environment.js';

it('needs nothing to be set', () => {
  expect(readEnvironment({ LMS_SANDBOX_STATE_FILE: '' })).toEqual({
    port: 18_000,
    controlPort: 18_001,
    host: '127.0.0.1',
    apiKey: 'sandbox-api-key',
    jwtSecret: 'sandbox-jwt-secret-0123456789abcdef',
    stateFile: null,
  });
});

it('names every wrong variable, and no value', () => {
  const read = () => readEnvironment({ PORT: 'se4et', CONTROL_PORT: '70000' });
  expect(read).toThrow(EnvironmentError);
  expect(read).toThrow(/PORT.*CONTROL_PORT/);
  expect(read).not.toThrow(/se4et|70000/);
});
