import { BlockList, isIP } from 'node:net';

/** What no endpoint on the public internet has (IANA's special-purpose registries). */
const SPECIAL = [
  '0.0.0.0/8', // this host
  '10.0.0.0/8', // private
  '100.64.0.0/10', // shared by the customers of a carrier
  '127.0.0.0/8', // loopback
  '169.254.0.0/16', // link-local, and where clouds serve credentials
  '172.16.0.0/12', // private
  '192.0.0.0/24', // protocols
  '192.0.2.0/24', // documentation
  '192.88.99.0/24', // relays to 6to4
  '192.168.0.0/16', // private
  '198.18.0.0/15', // benchmarks
  '198.51.100.0/24', // documentation
  '203.0.113.0/24', // documentation
  '224.0.0.0/4', // multicast
  '240.0.0.0/4', // reserved, and broadcast
  '168.63.129.16/32', // public by number, but Azure's own platform from within
  '2001::/23', // protocols and tunnels
  '2001:db8::/32', // documentation
  '3fff::/20', // documentation
];
/** All that is public of IPv6; loopback, link-local, private and multicast lie outside. */
const GLOBAL_UNICAST = ['2000::/3'];

const special = networksOf(SPECIAL);
const globalUnicast = networksOf(GLOBAL_UNICAST);

/** Whether this is a network in CIDR notation, `10.1.0.0/16` or `fd00::/8`. */
export function isNetwork(text: string): boolean {
  const [address = '', length = '', ...rest] = text.split('/');
  const bits = { 0: -1, 4: 32, 6: 128 }[isIP(address)] ?? -1;
  return rest.length === 0 && !address.includes('%') && /^\d{1,3}$/.test(length) && Number(length) <= bits;
}

/** @param networks each as `isNetwork` wants it. */
export function networksOf(networks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const network of networks) {
    const [address = '', length] = network.split('/');
    list.addSubnet(address, Number(length), isIP(address) === 4 ? 'ipv4' : 'ipv6');
  }
  return list;
}

/** @param address an IP address, by itself. */
export function isWithin(networks: BlockList, address: string): boolean {
  return networks.check(address, isIP(address) === 4 ? 'ipv4' : 'ipv6');
}

/** Whether the public internet has this IP address. */
export function isPublic(address: string): boolean {
  return !isWithin(special, address) && (isIP(address) === 4 || isWithin(globalUnicast, address));
}

/** The IPv4 address that is really called by an IPv6 one: mapped (`::ffff:…`), by NAT64 (`64:ff9b::…`) or 6to4 (`2002:…`). Else the address itself. */
export function calledAddress(address: string): string {
  if (isIP(address) !== 6) return address;
  const groups = groupsOf(address);
  const prefix = groups.slice(0, 6).map((group) => group.toString(16)).join(':');
  if (prefix === '0:0:0:0:0:ffff' || prefix === '64:ff9b:0:0:0:0') return dotted(groups.slice(6));
  return groups[0] === 0x2002 ? dotted(groups.slice(1, 3)) : address;
}

/** The eight numbers of an IPv6 address. A URL writes each of its forms in one way. */
function groupsOf(address: string): number[] {
  const [left = '', right] = new URL(`http://[${address}]`).hostname.slice(1, -1).split('::');
  const [head, tail] = [numbers(left), numbers(right ?? '')];
  return [...head, ...Array<number>(8 - head.length - tail.length).fill(0), ...tail];
}

function numbers(groups: string): number[] {
  return groups === '' ? [] : groups.split(':').map((group) => parseInt(group, 16));
}

function dotted(groups: readonly number[]): string {
  return groups.flatMap((group) => [group >> 8, group & 0xff]).join('.');
}
