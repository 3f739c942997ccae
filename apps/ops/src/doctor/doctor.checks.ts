import { Variables, readRefundSettings, type Environment } from '#config';
import type { InstalledProcessor } from '#payments';
import { wirePaymentProcessors } from '../payment-processors/payment-processors.context.js';
import { onDatabase, skipped, type Check, type Finding } from './check.js';
import { credentialsCheck, readNoEnrollment } from './credentials.check.js';
import { askDatabase, databaseCheck, databaseClockCheck } from './database.check.js';
import { environmentCheck } from './environment.check.js';
import { askLms, lmsCheck, lmsClockCheck } from './lms.check.js';
import { askMigrations, migrationsCheck } from './migrations.check.js';
import { oauthCheck, takeToken } from './oauth.check.js';
import { paymentEventsCheck } from './payment-events.check.js';
import { paymentProcessorsCheck } from './payment-processors.check.js';
import { paymentsCheck } from './payments.check.js';
import { publicationsCheck } from './publications.check.js';
import { reconciliationCheck } from './reconciliation.check.js';
import { refundRulesCheck } from './refund-rules.check.js';
import { refundsCheck } from './refunds.check.js';
import { askRedis, redisCheck } from './redis.check.js';
import type { DoctorSettings } from './settings.js';
import { soldTypesCheck } from './sold-types.check.js';
import { tokenMapCheck, wireProductTypes } from './token-map.check.js';
import { backlogCheck, dependenciesCheck, workerCheck } from './work.checks.js';
import { workFacts } from './work.facts.js';

/** All checks, in the order in which they are shown, and how to let go of what they opened. */
export function doctorChecks(env: Environment, settings: DoctorSettings): { readonly checks: readonly Check[]; readonly close: () => Promise<void> } {
  const { answerLimitMs, config } = settings;
  const { productTypesFile, lmsTimeoutMs, redisUrl, refundsFile } = config;
  const wire = once(() => wireProductTypes(productTypesFile, lmsTimeoutMs, new Variables(env)));
  const wireProcessors = once(() => wirePaymentProcessors({ ...config, variables: new Variables(env) }));
  const onDatabaseChecks = databaseChecks(settings, wire, () => gatewaysOf(wireProcessors));
  return {
    checks: [
      { name: 'environment', look: () => environmentCheck(env) },
      { name: 'token map', look: () => tokenMapCheck(wire) },
      { name: 'payment processors', look: () => paymentProcessorsCheck(wireProcessors) },
      { name: 'refund rules', look: () => refundRulesCheck(() => readRefundSettings(refundsFile)) },
      ...onDatabaseChecks.connection,
      { name: 'redis', look: () => redisCheck(redisUrl === null ? null : () => askRedis(redisUrl, answerLimitMs)) },
      ...lmsChecks(settings),
      ...onDatabaseChecks.work,
    ],
    close: onDatabaseChecks.close,
  };
}

function databaseChecks(settings: DoctorSettings, wire: () => Promise<readonly string[]>, gateways: () => Promise<readonly string[] | null>): { readonly connection: readonly Check[]; readonly work: readonly Check[]; readonly close: () => Promise<void> } {
  const { databaseUrl: url, config, answerLimitMs: limitMs } = settings;
  if (url === null) return { connection: notSet(['database', 'migrations', 'database clock'], 'DATABASE_URL'), work: notSet(['dependencies', 'backlog', 'product types', 'worker', 'publications', 'payments', 'payment events', 'reconciliation', 'refunds'], 'DATABASE_URL'), close: () => Promise.resolve() };
  const ask = once(() => askDatabase({ url, limitMs }));
  const facts = workFacts(url, settings);
  return {
    connection: [
      { name: 'database', look: () => databaseCheck(ask) },
      { name: 'migrations', look: onDatabase(() => migrationsCheck(() => askMigrations({ url, limitMs }))) },
      { name: 'database clock', look: () => databaseClockCheck(ask) },
    ],
    work: [
      { name: 'dependencies', look: onDatabase(() => dependenciesCheck(() => facts.dependencies())) },
      { name: 'backlog', look: onDatabase(() => backlogCheck(() => facts.backlog())) },
      { name: 'product types', look: onDatabase(() => soldTypesCheck(wire, () => facts.unfinished())) },
      { name: 'worker', look: onDatabase(() => workerCheck(() => facts.due(), config.sweepIntervalMs)) },
      { name: 'publications', look: onDatabase(() => publicationsCheck(() => facts.publications(), config)) },
      { name: 'payments', look: onDatabase(() => paymentsCheck(() => facts.payments(), config)) },
      { name: 'payment events', look: onDatabase(() => paymentEventsCheck(() => facts.paymentEvents(), config)) },
      { name: 'reconciliation', look: onDatabase(() => reconciliationCheck(() => facts.reconciliations(), gateways)) },
      { name: 'refunds', look: onDatabase(() => refundsCheck(() => facts.refunds(), () => facts.parkedPayments())) },
    ],
    close: () => facts.close(),
  };
}

function lmsChecks({ lmsUrl: url, lmsApiKey: apiKey, config, answerLimitMs }: DoctorSettings): readonly Check[] {
  if (url === null) return notSet(['lms', 'lms clock', 'credentials', 'oauth credentials'], 'LMS_URL');
  const { oauth } = config.lms;
  const ask = once(() => askLms(url, answerLimitMs));
  return [
    { name: 'lms', look: () => lmsCheck(ask) },
    { name: 'lms clock', look: () => lmsClockCheck(ask) },
    ...(apiKey === null ? notSet(['credentials'], 'LMS_API_KEY') : [{ name: 'credentials', look: (): Promise<Finding> => credentialsCheck(() => readNoEnrollment({ url, apiKey }, answerLimitMs)) }]),
    { name: 'oauth credentials', look: () => oauthCheck(oauth && (() => takeToken({ url, apiKey: '', oauth }, answerLimitMs))) },
  ];
}

function notSet(names: readonly string[], variable: string): Check[] {
  return names.map((name) => ({ name, look: () => Promise.resolve(skipped(`${variable} is missing or wrong`)) }));
}

/** The gateways of the map; null where it does not fit, which another check says. */
async function gatewaysOf(wire: () => Promise<readonly InstalledProcessor[]>): Promise<readonly string[] | null> {
  const processors = await wire().catch(() => null);
  return processors && processors.filter(({ kind }) => kind === 'gateway').map(({ name }) => name);
}

/** Asked by several, done once. */
function once<Answer>(ask: () => Promise<Answer>): () => Promise<Answer> {
  let answer: Promise<Answer> | undefined;
  return () => (answer ??= ask());
}
