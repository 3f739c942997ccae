import type { LookupAddress } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { promisify } from 'node:util';
import { EgressGuard, EgressRefusedError } from './egress-guard.js';

type Rules = Partial<ConstructorParameters<typeof EgressGuard>[0]>;

function guard(rules: Rules = {}, ...answers: readonly (readonly string[])[]): EgressGuard {
  const left = [...answers];
  return new EgressGuard({ allowedNetworks: [], onlyAllowed: false, ...rules }, (_host, _options, tell) => tell(null, (left.shift() ?? []).map(addressOf)));
}

function addressOf(address: string): LookupAddress {
  return { address, family: address.includes(':') ? 6 : 4 };
}

/** As a connection asks: for all addresses, or, where the family is given, for one. */
function ask(lookup: LookupFunction, all: boolean): Promise<unknown> {
  return promisify((tell: (error: Error | null, address: unknown) => void) => lookup('mentoring.example', { all }, tell))();
}

describe('a literal address', () => {
  it.each(['127.0.0.1', '::1', '::ffff:10.0.0.1', '64:ff9b::a00:1', '2002:7f00:1::1', 'fe80::1%eth0', '169.254.169.254', '', 'example.com', '127.1'])('%p is not called', (address) => {
    expect(guard().permits(address)).toBe(false);
  });

  it.each(['8.8.8.8', '2606:4700::1111', '64:ff9b::808:808', '2002:808:808::1', '::ffff:8.8.8.8'])('%s is called', (address) => {
    expect(guard().permits(address)).toBe(true);
  });

  it('is called when its network is allowed, in each of its forms, and its neighbours are not', () => {
    const allowing = guard({ allowedNetworks: ['10.1.0.0/16', 'fd00::/8'] });
    expect(['10.1.2.3', '::ffff:10.1.2.3', '64:ff9b::a01:203', 'fd12::1', 'fd12::1%eth0'].map((address) => allowing.permits(address))).toEqual([true, true, true, true, true]);
    expect(['10.2.0.0', '::ffff:10.2.0.0', 'fc00::1', '127.0.0.1'].map((address) => allowing.permits(address))).toEqual([false, false, false, false]);
  });

  it('is not called without TLS outside the networks that are allowed, though it is public', () => {
    const plain = guard({ allowedNetworks: ['10.1.0.0/16'], onlyAllowed: true });
    expect(['10.1.0.1', '8.8.8.8', '2606:4700::1111'].map((address) => plain.permits(address))).toEqual([true, false, false]);
  });
});

describe.each([true, false])('a name that is looked up (for all addresses: %p)', (all) => {
  const ofOne = (address: string) => (all ? [addressOf(address)] : address);

  it('leads to its public address', async () => {
    await expect(ask(guard({}, ['8.8.8.8']).lookup, all)).resolves.toEqual(ofOne('8.8.8.8'));
  });

  it.each([[['127.0.0.1']], [['::1']], [['8.8.8.8', '10.0.0.1']], [['10.0.0.1', '8.8.8.8']], [['::ffff:192.168.0.1']]])('leads nowhere when the DNS gives %p', async (addresses) => {
    await expect(ask(guard({}, addresses).lookup, all)).rejects.toBeInstanceOf(EgressRefusedError);
  });

  it('is judged by every answer of the DNS anew', async () => {
    const { lookup } = guard({}, ['8.8.8.8'], ['127.0.0.1'], ['8.8.4.4']);
    await expect(ask(lookup, all)).resolves.toEqual(ofOne('8.8.8.8'));
    await expect(ask(lookup, all)).rejects.toMatchObject({ host: 'mentoring.example', address: '127.0.0.1' });
    await expect(ask(lookup, all)).resolves.toEqual(ofOne('8.8.4.4'));
  });

  it('leads to a private address in a network that is allowed', async () => {
    await expect(ask(guard({ allowedNetworks: ['10.0.0.0/8'] }, ['10.0.0.1']).lookup, all)).resolves.toEqual(ofOne('10.0.0.1'));
  });

  it('tells what the DNS says when it has no answer', async () => {
    const failing = new EgressGuard({ allowedNetworks: [], onlyAllowed: false }, (_host, _options, tell) => tell(new Error('ENOTFOUND'), []));
    await expect(ask(failing.lookup, all)).rejects.toThrow('ENOTFOUND');
  });
});
