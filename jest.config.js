/** Two projects: `unit` touches nothing outside the process, `system` gets a real PostgreSQL and a real Redis. */
const project = {
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: {
          target: 'es2023',
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true },
        },
        module: { type: 'es6' },
        sourceMaps: 'inline',
      },
    ],
  },
  moduleNameMapper: {
    '^#config$': '<rootDir>/config/index.ts',
    '^#fulfillers/([a-z-]+)$': '<rootDir>/libs/fulfillers/src/$1/index.ts',
    '^#([a-z-]+)$': '<rootDir>/libs/$1/src/index.ts',
    '^@order-fulfillment/fulfiller-kit$': '<rootDir>/libs/fulfiller-kit/src/index.ts',
    '^@order-fulfillment/fulfiller-kit/conformance$': '<rootDir>/libs/fulfiller-kit/src/conformance/index.ts',
    '^(\\.{1,2}/.*)\\.js$': '$1',
  },
  modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/libs/fulfiller-kit/dist/'],
  testPathIgnorePatterns: ['/node_modules/', '/dist/'],
};

export default {
  // Programs are started and stopped in the system tests: how long that takes is the machine's affair, and no verdict.
  testTimeout: 60_000,
  projects: [
    { ...project, displayName: 'unit', testMatch: ['<rootDir>/{apps,libs,config,scripts,bench}/**/*.spec.ts', '<rootDir>/test/architecture.spec.ts', '<rootDir>/scripts/**/*.spec.mjs'] },
    {
      ...project,
      displayName: 'system',
      testMatch: ['<rootDir>/test/{integration,e2e,chaos,support}/**/*.spec.ts'],
      globalSetup: '<rootDir>/dist/test/support/global-setup.js',
      globalTeardown: '<rootDir>/dist/test/support/global-teardown.js',
    },
  ],
};
