import { type LookupAddress, lookup } from 'node:dns';
import { type BlockList, type LookupFunction, isIP } from 'node:net';
import { calledAddress, isPublic, isWithin, networksOf } from './networks.js';

export interface EgressRules {
  /** Called although they are not public; each in CIDR notation. */
  readonly allowedNetworks: readonly string[];
  /** Nothing else is called, public or not. */
  readonly onlyAllowed: boolean;
}

/** A host has an address that must not be called. Nothing was sent. */
export class EgressRefusedError extends Error {
  constructor(
    readonly host: string,
    readonly address: string,
  ) {
    super(`${host} has the address ${address}, which must not be called.`);
    this.name = 'EgressRefusedError';
  }
}

type Resolve = (host: string, options: { readonly all: true }, tell: (error: Error | null, addresses: LookupAddress[]) => void) => void;

/** Keeps an address that somebody wrote into the configuration, or into a DNS, from being used to call what only this machine can reach. */
export class EgressGuard {
  private readonly allowed: BlockList;

  constructor(
    private readonly rules: EgressRules,
    private readonly resolve: Resolve = lookup,
  ) {
    this.allowed = networksOf(rules.allowedNetworks);
  }

  /** Whether this IP address may be called. What is no address may not. */
  permits(address: string): boolean {
    const [plain = ''] = address.split('%');
    if (isIP(plain) === 0) return false;
    const called = calledAddress(plain);
    if (isWithin(this.allowed, plain) || isWithin(this.allowed, called)) return true;
    return !this.rules.onlyAllowed && isPublic(called);
  }

  /**
   * Takes the place of `dns.lookup` for a connection: what it hands over is what is connected to, so no second answer of the DNS can
   * bring another address. One refused address refuses the host, even beside good ones. A host that is an address is never looked up:
   * ask `permits`.
   */
  readonly lookup: LookupFunction = (host, { all, family, hints, order, verbatim }, tell) => {
    const options = { family: family ?? 0, hints: hints ?? 0, all: true, ...(order && { order }), ...(verbatim !== undefined && { verbatim }) } as const;
    this.resolve(host, options, (error, addresses) => {
      if (error) return tell(error, '');
      const refused = addresses.find(({ address }) => !this.permits(address));
      if (refused) return tell(new EgressRefusedError(host, refused.address), '');
      if (all) return tell(null, addresses);
      const [{ address, family: kind }] = addresses as [LookupAddress];
      tell(null, address, kind);
    });
  };
}
