import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { banner, demoLines, opsFunction, type DemoVariables, type StackAddresses } from './banner.js';
import { cloneFolder } from './clone-folder.js';
import { DEMO_PEOPLE, signToken } from './demo-tokens.js';
import { planStack, type StackPlan } from './plan.js';
import { readSettings } from './settings.js';
import { LocalStack, SANDBOX_APPLICATION } from './stack.js';
import { StartError } from './start-error.js';
import { takeStartLock } from './start-lock.js';
import { whenAskedToStop } from './stop-requests.js';

const report = (line: string): void => {
  console.log(line);
};

async function main(): Promise<void> {
  const plan = await planStack({ settings: readSettings(process.env), cloneFolder: cloneFolder(), env: process.env, report });
  const release = await takeStartLock(plan.dataFolder);
  try {
    await runStack(plan);
  } finally {
    release();
  }
}

/** Runs until somebody asks it to stop (returns), or a part breaks (throws). */
async function runStack(plan: StackPlan): Promise<void> {
  const stack = new LocalStack(plan, report);
  const stopAsked = whenAskedToStop(() => {
    stack.kill();
    process.exit(130);
  });
  const started = stack.start().then((addresses) => showBanner(addresses, plan));
  const broken = stack.broken.then((reason) => Promise.reject(reason));
  try {
    await Promise.race([stopAsked, broken, started.then(() => Promise.race([stopAsked, broken]))]);
    report('\nStopping …');
  } finally {
    await stack.stop();
  }
  report('Stopped.');
}

async function showBanner(addresses: StackAddresses, secrets: DemoSecrets): Promise<void> {
  report(banner(addresses, addresses.lmsControlUrl === null ? null : await writeDemo(addresses, secrets)));
}

interface DemoSecrets {
  readonly jwtSecret: string;
  readonly lmsApiKey: string;
}

async function writeDemo(addresses: StackAddresses, { jwtSecret, lmsApiKey }: DemoSecrets): Promise<DemoVariables> {
  const sign = { jwtSecret, issuer: `${addresses.lmsUrl}/oauth2` };
  const [staff, learner1, learner2] = await Promise.all([signToken(DEMO_PEOPLE.staff, sign), signToken(DEMO_PEOPLE.learner1, sign), signToken(DEMO_PEOPLE.learner2, sign)]);
  const demo = { lines: demoLines(addresses, { staff, learner1, learner2 }), file: join(addresses.dataFolder, 'demo.env') };
  const ops = opsFunction({ DATABASE_URL: addresses.databaseUrl ?? '', LMS_URL: addresses.lmsUrl, LMS_API_KEY: lmsApiKey, JWT_SECRET: jwtSecret, ...SANDBOX_APPLICATION, ...addresses.gateway?.shop });
  writeFileSync(demo.file, demo.lines + ops, { mode: 0o600 });
  return demo;
}

// The terminal may go away first; what runs must still be stopped.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);

try {
  await main();
  process.exit(0);
} catch (error) {
  console.error(error instanceof StartError ? `\n${error.message}` : error);
  process.exit(1);
}
