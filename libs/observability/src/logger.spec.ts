import { pino } from 'pino';
import { NestLogger, createLogger } from './logger.js';

type Line = Readonly<Record<string, unknown>>;

/** What comes out for what Nest says. */
function written(say: (logger: NestLogger) => void): Line[] {
  const lines: Line[] = [];
  const sink = { write: (line: string) => void lines.push(JSON.parse(line) as Line) };
  say(new NestLogger(pino({ level: 'trace', formatters: { level: (level) => ({ level }) } }, sink)));
  return lines;
}

describe('the log of a service', () => {
  it('names its service and keeps to its level', () => {
    const logger = createLogger('order-fulfillment-api', 'warn');
    expect(logger.bindings()).toEqual({ service: 'order-fulfillment-api' });
    expect(['info', 'warn', 'error'].map((level) => logger.isLevelEnabled(level))).toEqual([false, true, true]);
  });

  it('says nothing when it is told to be silent', () => {
    expect(createLogger('order-fulfillment-api', 'silent').isLevelEnabled('fatal')).toBe(false);
  });
});

describe("Nest's own messages", () => {
  it('keep their weight, but for the chat of a boot, which is for debugging', () => {
    const levels = written((logger) => {
      logger.log('m', 'c');
      logger.debug('m', 'c');
      logger.verbose('m', 'c');
      logger.warn('m', 'c');
      logger.error('m', 'c');
      logger.fatal('m', 'c');
    });
    expect(levels.map(({ level }) => level)).toEqual(['debug', 'debug', 'trace', 'warn', 'error', 'fatal']);
    expect(levels.every(({ msg, context }) => msg === 'm' && context === 'c')).toBe(true);
  });

  it('are fields when they are objects', () => {
    expect(written((logger) => logger.warn({ event: 'slow', durationMs: 5 }, 'Checkout'))).toMatchObject([{ event: 'slow', durationMs: 5, context: 'Checkout' }]);
  });

  it('take a stack along when there is one before the context', () => {
    expect(written((logger) => logger.error('m', 'Error: m\n at x', 'Checkout'))).toMatchObject([{ msg: 'm', stack: 'Error: m\n at x', context: 'Checkout' }]);
    expect(written((logger) => logger.error('m', undefined, 'Checkout'))[0]).toMatchObject({ msg: 'm', context: 'Checkout' });
  });

  it.each([
    ['undefined', undefined],
    ['null', null],
    ['7', 7],
    ['two lines', 'a\nb'],
    ['a NUL', 'a\0b'],
    ['half a character', '\ud800'],
  ])('stay on one line that can be read: %s', (_, message) => {
    expect(written((logger) => logger.error(message))).toMatchObject([{ msg: expect.any(String) }]);
  });

  it('say what an error says, and where it came from', () => {
    const [line] = written((logger) => logger.error(new TypeError('a bug'), 'ExceptionHandler'));
    expect(JSON.stringify(line)).toMatch(/TypeError: a bug\\n +at /);
  });

  it('take nothing along that hangs on an error', () => {
    const refused = Object.assign(new Error('Log in.'), { headers: { authorization: 'JWT hunter2' } });
    expect(JSON.stringify(written((logger) => logger.error(refused)))).not.toMatch(/hunter2/);
  });
});
