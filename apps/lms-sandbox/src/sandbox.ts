import type { FastifyInstance } from 'fastify';
import { accountResources } from './access/account.resource.js';
import { Authenticator } from './access/authenticator.js';
import { oauthResources } from './access/oauth.resource.js';
import { RateLimit } from './access/rate-limit.js';
import { Tokens } from './access/tokens.js';
import { creditResources } from './commerce/credit.resource.js';
import { entitlementResources } from './commerce/entitlement.resource.js';
import { publicationResources } from './commerce/publication.resource.js';
import { buildControlApp } from './control/control.app.js';
import { courseResources } from './enrollment/course.resource.js';
import { enrollmentAllowedResources } from './enrollment/enrollment-allowed.resource.js';
import { enrollmentListResources } from './enrollment/enrollment-list.resource.js';
import { enrollmentResources } from './enrollment/enrollment.resource.js';
import { rolesResources } from './enrollment/roles.resource.js';
import { unenrollResources } from './enrollment/unenroll.resource.js';
import type { SandboxConfig } from './environment.js';
import { FaultList } from './faults/fault.list.js';
import { Arrivals } from './ledger/arrivals.js';
import { Ledger } from './ledger/ledger.js';
import { createRedactor } from './ledger/redaction.js';
import { CallHandler } from './wire/call-handler.js';
import type { Resource } from './wire/lms-call.js';
import { errorCode } from './wire/error-code.js';
import { LmsListener } from './wire/lms-listener.js';
import { buildLmsApp } from './wire/lms.app.js';
import { INITIAL_SEED } from './world/initial-seed.js';
import { applySeed, SeedSchema } from './world/seed.js';
import { StateFile } from './world/state-file.js';
import { World } from './world/world.js';

const STATE_DEBOUNCE_MS = 250;

export interface Sandbox {
  readonly lmsUrl: string;
  readonly controlUrl: string;
  /** Cuts every connection, also those that hang, and writes the state file. */
  stop(): Promise<void>;
}

/** A port is taken. The message says which, and what to set. */
export class PortTakenError extends Error {
  override readonly name = 'PortTakenError';
}

/**
 * Starts the LMS and its control API.
 *
 * @throws {PortTakenError} when one of the ports is in use.
 * @throws {StateFileError} when the state file cannot be used.
 */
export async function startSandbox(config: SandboxConfig): Promise<Sandbox> {
  const { world, stateFile, isNew } = await openWorld(config);
  const onChange = (): void => stateFile?.schedule();
  const parts = { world, faults: new FaultList(), ledger: new Ledger(), rateLimit: new RateLimit(), onChange };
  const { app, listener } = await buildLms(config, parts);
  const control = buildControlApp({ ...parts, listener });
  const close = async (): Promise<void> => {
    await Promise.all([listener.shut(null), control.close()]);
    await app.close();
  };
  try {
    await takePort('PORT', config.port, () => listener.open());
    const controlUrl = await takePort('CONTROL_PORT', config.controlPort, () => control.listen({ host: config.host, port: config.controlPort }));
    if (isNew) onChange();
    return { lmsUrl: listener.url, controlUrl, stop: () => close().then(() => stateFile?.flush()) };
  } catch (error) {
    // The state file is left alone: whoever holds the port may hold it, too.
    await close();
    throw error;
  }
}

async function openWorld({ stateFile: path }: SandboxConfig): Promise<{ world: World; stateFile: StateFile | null; isNew: boolean }> {
  const world = new World();
  const stateFile = path === null ? null : new StateFile(world, { path, debounceMs: STATE_DEBOUNCE_MS });
  const isNew = (await stateFile?.load()) !== true;
  if (isNew) applySeed(world, SeedSchema.parse(INITIAL_SEED));
  return { world, stateFile, isNew };
}

interface LmsParts {
  readonly world: World;
  readonly faults: FaultList;
  readonly ledger: Ledger;
  readonly rateLimit: RateLimit;
  readonly onChange: () => void;
}

async function buildLms(config: SandboxConfig, parts: LmsParts): Promise<{ app: FastifyInstance; listener: LmsListener }> {
  const { world, rateLimit, faults, onChange, ledger } = parts;
  const tokens = new Tokens(config.jwtSecret);
  const redactor = createRedactor([config.apiKey, config.jwtSecret]);
  const authenticator = new Authenticator({ apiKey: config.apiKey, tokens, users: world.users });
  const handler = new CallHandler({ authenticator, rateLimit, faults, redactor, onChange, whileUp: () => listener.whileUp });
  const resources = [...lmsResources(world), ...oauthResources({ world, tokens, rateLimit })];
  const { app, server } = await buildLmsApp({ resources, handler, arrivals: new Arrivals(ledger, redactor) });
  const listener = new LmsListener(server, config.host, config.port);
  return { app, listener };
}

function lmsResources(world: World): readonly Resource[] {
  return [
    ...enrollmentResources(world),
    ...enrollmentListResources(world),
    ...enrollmentAllowedResources(world),
    ...courseResources(world),
    ...rolesResources(),
    ...unenrollResources(world),
    ...accountResources(world),
    ...entitlementResources(world),
    ...creditResources(world),
    ...publicationResources(world),
  ];
}

async function takePort<Result>(variable: string, port: number, listen: () => Promise<Result>): Promise<Result> {
  try {
    return await listen();
  } catch (error) {
    if (errorCode(error) !== 'EADDRINUSE') throw error;
    throw new PortTakenError(`Port ${port} is already in use; set ${variable} to a free one, or to 0 to take any.`, { cause: error });
  }
}
