import type { LoggerService } from '@nestjs/common';
import { pino, type Logger } from 'pino';
import { errorFields } from './error-fields.js';

/** One JSON line for each event, named after its service. Nothing secret or personal goes in: no bodies, no headers, no query strings, no addresses. */
export function createLogger(service: string, level: string): Logger {
  return pino({ level, base: { service }, timestamp: pino.stdTimeFunctions.isoTime });
}

/** Nest's own messages, in the same form. */
export class NestLogger implements LoggerService {
  constructor(private readonly logger: Logger) {}

  log(message: unknown, context?: string): void {
    this.logger.debug({ context, ...fields(message) });
  }

  warn(message: unknown, context?: string): void {
    this.logger.warn({ context, ...fields(message) });
  }

  debug(message: unknown, context?: string): void {
    this.logger.debug({ context, ...fields(message) });
  }

  verbose(message: unknown, context?: string): void {
    this.logger.trace({ context, ...fields(message) });
  }

  fatal(message: unknown, context?: string): void {
    this.logger.fatal({ context, ...fields(message) });
  }

  /** Nest passes a stack, if there is one, before the context. */
  error(message: unknown, ...rest: readonly unknown[]): void {
    const [stack, context] = rest.length > 1 ? rest : [undefined, rest[0]];
    this.logger.error({ context, stack, ...fields(message) });
  }
}

function fields(message: unknown): object {
  if (message instanceof Error) return { msg: message.message, err: errorFields(message) };
  return typeof message === 'object' && message !== null ? message : { msg: String(message) };
}
