import { isConfigurationFailure } from '@order-fulfillment/fulfiller-kit';
import { DonationFulfillerModule } from './donation.module.js';

it('refuses an option that it does not know, and names it', () => {
  const registration = { token: Symbol('donation'), productType: 'donation', options: { endpoint: 'https://example.com' }, timeoutMs: 1_000 };
  expect(() => DonationFulfillerModule.register(registration)).toThrow(/endpoint/);
  try {
    DonationFulfillerModule.register(registration);
  } catch (thrown) {
    expect(isConfigurationFailure(thrown)).toBe(true);
  }
});
