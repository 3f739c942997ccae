import type { Logger } from 'pino';
import { errorFields } from './error-fields.js';

/**
 * Ends the process on an error that nobody caught, as Node would, but with words of ours: errors of drivers carry commands and
 * their arguments, passwords among them. What the process held is left to its leases.
 */
export function endOnUncaughtErrors(logger: Logger): void {
  const end = (event: string) => (thrown: unknown) => {
    logger.fatal({ event, err: errorFields(thrown) });
    process.exit(1);
  };
  process.on('uncaughtException', end('uncaught_exception'));
  process.on('unhandledRejection', end('unhandled_rejection'));
}
