import type { Seed } from './seed.js';

const OPENED = '2025-01-01T00:00:00Z';
const VERIFIED_UNTIL = '2027-08-01T23:59:59Z';
const LEARNERS = [1, 2, 3, 4, 5].map((number) => `learner${number}`);

/** What a sandbox knows that has no state file yet. The demonstration catalog sells these SKUs. */
export const INITIAL_SEED: Seed = {
  users: [
    ...LEARNERS.map((username) => ({ username, email: `${username}@example.com` })),
    { username: 'staff', email: 'staff@example.com', isStaff: true },
  ],
  courses: [
    {
      id: 'course-v1:AcmeX+BIO1+2026',
      name: 'Biology One',
      enrollmentStart: OPENED,
      modes: [
        { slug: 'audit', sku: '8CF08E5' },
        { slug: 'verified', minPrice: 49, expiresAt: VERIFIED_UNTIL, sku: 'A1B2C3D', bulkSku: 'D3C2B1A' },
      ],
    },
    {
      id: 'course-v1:AcmeX+CHEM1+2026',
      name: 'Chemistry One',
      enrollmentStart: OPENED,
      cohorts: ['morning', 'evening'],
      modes: [
        { slug: 'audit', sku: 'C0A17E1' },
        { slug: 'honor', sku: 'C0A17E2' },
        { slug: 'verified', minPrice: 99, sku: 'C0A17E3', bulkSku: 'C0A17EB' },
      ],
    },
    {
      id: 'course-v1:AcmeX+PHYS1+2026',
      name: 'Physics One',
      enrollmentStart: OPENED,
      modes: [{ slug: 'professional', minPrice: 199, sku: 'F15C001' }],
    },
    {
      id: 'course-v1:AcmeX+MATH1+2026',
      name: 'Mathematics One',
      enrollmentStart: OPENED,
      creditEnabled: true,
      modes: [
        { slug: 'audit', sku: '3F7A90D' },
        { slug: 'verified', minPrice: 79, sku: 'E81B26F' },
        { slug: 'credit', minPrice: 150, sku: '7C45D8A' },
      ],
    },
  ],
  creditProviders: [{ id: 'acme-university', displayName: 'Acme University', url: 'https://credit.example.com/' }],
  applications: [{ clientId: 'sandbox-client', clientSecret: 'sandbox-secret', owner: 'staff' }],
};
