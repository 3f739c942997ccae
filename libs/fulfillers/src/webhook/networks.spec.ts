import { calledAddress, isNetwork, isPublic } from './networks.js';

it.each([
  ['this host', '0.0.0.0'],
  ['this network', '0.1.2.3'],
  ['private', '10.0.0.1'],
  ['private', '172.16.0.1'],
  ['private', '172.31.255.255'],
  ['private', '192.168.1.1'],
  ['of a carrier', '100.64.0.1'],
  ['of a carrier', '100.127.255.255'],
  ['loopback', '127.0.0.1'],
  ['loopback', '127.255.255.254'],
  ['link-local', '169.254.169.254'],
  ['of protocols', '192.0.0.8'],
  ['documentation', '192.0.2.1'],
  ['documentation', '198.51.100.1'],
  ['documentation', '203.0.113.1'],
  ['a relay', '192.88.99.1'],
  ['for benchmarks', '198.19.0.1'],
  ['multicast', '224.0.0.1'],
  ['multicast', '239.255.255.255'],
  ['reserved', '240.0.0.1'],
  ['broadcast', '255.255.255.255'],
  ['of a cloud', '168.63.129.16'],
  ['unspecified', '::'],
  ['loopback', '::1'],
  ['private', 'fc00::1'],
  ['private', 'fd00:ec2::254'],
  ['link-local', 'fe80::1'],
  ['site-local', 'fec0::1'],
  ['multicast', 'ff02::1'],
  ['a tunnel', '2001:0:1::1'],
  ['documentation', '2001:db8::1'],
  ['documentation', '3fff:fff::1'],
  ['compatible', '::127.0.0.1'],
  ['translated', '::ffff:0:127.0.0.1'],
  ['local NAT64', '64:ff9b:1::7f00:1'],
  ['reserved', '4000::1'],
])('no public address is one that is %s: %s', (_, address) => {
  expect(isPublic(address)).toBe(false);
});

it.each(['9.255.255.255', '11.0.0.0', '8.8.8.8', '100.63.255.255', '100.128.0.0', '172.15.255.255', '172.32.0.0', '192.167.255.255', '223.255.255.255', '168.63.129.17', '2001:4860:4860::8888', '2606:4700::1111', '2001:200::1'])(
  'a public address is %s',
  (address) => {
    expect(isPublic(address)).toBe(true);
  },
);

it.each([
  ['::ffff:127.0.0.1', '127.0.0.1'],
  ['::ffff:7f00:1', '127.0.0.1'],
  ['0:0:0:0:0:ffff:0a00:0001', '10.0.0.1'],
  ['::FFFF:169.254.169.254', '169.254.169.254'],
  ['64:ff9b::10.0.0.1', '10.0.0.1'],
  ['64:ff9b::808:808', '8.8.8.8'],
  ['2002:7f00:1::', '127.0.0.1'],
  ['2002:c0a8:0101:1:2:3:4:5', '192.168.1.1'],
  ['2001:4860:4860::8888', '2001:4860:4860::8888'],
  ['::1', '::1'],
  ['1::', '1::'],
  ['8.8.8.8', '8.8.8.8'],
])('%s calls %s', (address, called) => {
  expect(calledAddress(address)).toBe(called);
});

it.each(['10.1.0.0/16', '0.0.0.0/0', '127.0.0.1/32', 'fd00::/8', '::1/128', '::/0'])('%s is a network', (text) => {
  expect(isNetwork(text)).toBe(true);
});

it.each(['', '/', '10.1.0.0', '10.1.0.0/', '10.1.0.0/33', '10.1.0.0/-1', '10.1.0.0/1.5', '10.1.0/8', '10.1.0.0/16/1', 'fd00::/129', 'fe80::1%eth0/64', 'example.com/8', 'localhost'])('%p is no network', (text) => {
  expect(isNetwork(text)).toBe(false);
});
