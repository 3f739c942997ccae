import { generateKeyPair, randomBytes, sign, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';

const KEY_BITS = 2048;
const DAY_MS = 86_400_000;
const SEQUENCE = 0x30;
const SET = 0x31;
const INTEGER = 0x02;
const BITS = 0x03;
const UTF8 = 0x0c;
const TIME = 0x17;
const VERSION = 0xa0;
/** `sha256WithRSAEncryption` with no parameters, and the name of a common name. */
const SHA256_RSA = Buffer.from('300d06092a864886f70d01010b0500', 'hex');
const COMMON_NAME = Buffer.from('0603550403', 'hex');

/** The key that signs PayPal's webhooks, and the certificate by which anybody checks it. */
export interface SigningKey {
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
  /** Self-signed. */
  readonly certificatePem: string;
}

let made: Promise<SigningKey> | null = null;

/** One for the life of the process: making it takes its time. */
export function signingKey(): Promise<SigningKey> {
  made ??= makeSigningKey();
  return made;
}

async function makeSigningKey(): Promise<SigningKey> {
  const { publicKey, privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: KEY_BITS });
  const name = node(SEQUENCE, node(SET, node(SEQUENCE, COMMON_NAME, node(UTF8, Buffer.from('gateway-sandbox webhooks')))));
  const validity = node(SEQUENCE, time(Date.now() - DAY_MS), time(Date.now() + 3650 * DAY_MS));
  const serial = node(INTEGER, Buffer.concat([Buffer.from([1]), randomBytes(8)]));
  const version = node(VERSION, node(INTEGER, Buffer.from([2])));
  const content = node(SEQUENCE, version, serial, SHA256_RSA, name, validity, name, publicKey.export({ type: 'spki', format: 'der' }));
  const signature = node(BITS, Buffer.from([0]), sign('sha256', content, privateKey));
  return { privateKey, publicKey, certificatePem: pem(node(SEQUENCE, content, SHA256_RSA, signature)) };
}

/** One element of DER: what it is, how long, and what is in it. */
function node(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  return Buffer.concat([Buffer.from([tag]), length(content.length), content]);
}

function length(bytes: number): Buffer {
  if (bytes < 0x80) return Buffer.from([bytes]);
  return bytes < 0x100 ? Buffer.from([0x81, bytes]) : Buffer.from([0x82, bytes >> 8, bytes & 0xff]);
}

/** Good until 2049, when the form of the years changes. */
function time(at: number): Buffer {
  return node(TIME, Buffer.from(`${new Date(at).toISOString().replace(/\D/g, '').slice(2, 14)}Z`));
}

function pem(der: Buffer): string {
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}
