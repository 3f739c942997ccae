import { WrongArgumentsError } from '../command/arguments.js';
import { readRefunds } from './refunds.arguments.js';

const LINE = '0190f3a0-7b1c-7000-8000-000000000001';

describe('the command line for refunds', () => {
  it.each([
    [[], { act: 'list', status: null, orderNumber: null, json: false }],
    [['--status', 'money_error', '--order', 'OF-1', '--json'], { act: 'list', status: 'money_error', orderNumber: 'OF-1', json: true }],
    [['RF-1'], { act: 'show', number: 'RF-1', json: false }],
    [['--approve', 'RF-1', '--reason', ' agreed ', '--access', 'caller', '--actor', 'olga'], { act: 'approve', number: 'RF-1', reason: 'agreed', actor: 'olga', access: 'caller', lineIds: undefined, acceptReturned: false, json: false }],
    [['--approve', 'RF-1', '--reason', 'x', '--actor', 'o', '--line', LINE.toUpperCase(), '--line', LINE], { act: 'approve', number: 'RF-1', reason: 'x', actor: 'o', access: undefined, lineIds: [LINE], acceptReturned: false, json: false }],
    [['--deny', 'RF-1', '--reason', 'x'], { act: 'deny', number: 'RF-1', reason: 'x', actor: expect.stringMatching(/^cli:./), access: undefined, lineIds: undefined, acceptReturned: false, json: false }],
    [['--retry', 'RF-1', '--reason', 'x', '--access', 'keep', '--json'], { act: 'retry', number: 'RF-1', reason: 'x', actor: expect.any(String), access: 'keep', lineIds: undefined, acceptReturned: false, json: true }],
    [['--retry', 'RF-1', '--reason', 'x', '--accept-returned'], { act: 'retry', number: 'RF-1', reason: 'x', actor: expect.any(String), access: undefined, lineIds: undefined, acceptReturned: true, json: false }],
  ])('reads %j', (argv, read) => {
    expect(readRefunds(argv)).toEqual(read);
  });

  it.each([
    [['--approve', 'RF-1'], 'Say why'],
    [['--approve', 'RF-1', '--reason', ' '], '--reason must not be empty'],
    [['--approve', 'RF-1', '--deny', 'RF-2', '--reason', 'x'], 'one thing at a time'],
    [['RF-1', '--retry', 'RF-1', '--reason', 'x'], 'one thing at a time'],
    [['--approve', 'RF-1', '--approve', 'RF-2', '--reason', 'x'], '--approve is there twice'],
    [['--deny', 'RF-1', '--reason', 'x', '--reason=y'], '--reason is there twice'],
    [['--approve', 'RF-1', '--reason', 'x', '--accept-returned'], '--accept-returned goes with --retry'],
    [['--accept-returned'], 'go with --approve, --deny or --retry'],
    [['RF-1', 'RF-2'], 'One argument is too many'],
    [['RF-1', '--status', 'denied'], 'they go with nothing else'],
    [['--deny', 'RF-1', '--order', 'OF-1', '--reason', 'x'], 'they go with nothing else'],
    [['RF-1', '--reason', 'x'], 'go with --approve, --deny or --retry'],
    [['--status', 'denied', '--access', 'keep'], 'go with --approve, --deny or --retry'],
    [['--deny', 'RF-1', '--reason', 'x', '--access', 'keep'], '--access goes with'],
    [['--retry', 'RF-1', '--reason', 'x', '--line', LINE], '--line goes with --approve'],
    [['--approve', 'RF-1', '--reason', 'x', '--line', '7'], '--line must be the id of a line'],
    [['--approve', 'RF-1', '--reason', 'x', '--access', 'maybe'], '--access must be one of revoke, keep, caller'],
    [['--status', 'open'], '--status must be one of requested'],
    [['--approve', '../1', '--reason', 'x'], '--approve must be a number'],
    [['--refuse', 'RF-1'], "Unknown option '--refuse'"],
  ])('refuses %j', (argv, fact) => {
    expect(() => readRefunds(argv)).toThrow(WrongArgumentsError);
    expect(() => readRefunds(argv)).toThrow(fact);
  });
});
