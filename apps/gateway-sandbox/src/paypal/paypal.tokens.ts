import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

const LIFETIME_SECONDS = 32_400;

export interface PaypalCredentials {
  readonly clientId: string;
  readonly clientSecret: string;
}

/** PayPal's access tokens. They carry their own end and a signature, so they outlive a restart of the sandbox. */
export class PaypalTokens {
  /** Only tokens of this one are good. */
  private generation = 0;

  constructor(private readonly credentials: PaypalCredentials) {}

  readonly lifetimeSeconds = LIFETIME_SECONDS;

  isClient(authorization = ''): boolean {
    const [scheme = '', value = ''] = authorization.split(' ');
    const { clientId, clientSecret } = this.credentials;
    return /^basic$/i.test(scheme) && isSame(Buffer.from(value, 'base64').toString(), `${clientId}:${clientSecret}`);
  }

  give(): string {
    const claims = Buffer.from(JSON.stringify({ at: Date.now(), generation: this.generation, nonce: randomBytes(6).toString('hex') })).toString('base64url');
    return `A21AA${claims}.${this.sign(claims)}`;
  }

  isGood(authorization = ''): boolean {
    const [scheme = '', token = ''] = authorization.split(' ');
    const [claims = '', signature = ''] = token.replace(/^A21AA/, '').split('.');
    if (!/^bearer$/i.test(scheme) || !isSame(signature, this.sign(claims))) return false;
    const { at, generation } = JSON.parse(Buffer.from(claims, 'base64url').toString()) as { at: number; generation: number }; // it is ours: the signature is good
    return generation === this.generation && Date.now() < at + LIFETIME_SECONDS * 1000;
  }

  /** No token that was given is good any more. */
  expireAll(): void {
    this.generation += 1;
  }

  private sign(claims: string): string {
    return createHmac('sha256', this.credentials.clientSecret).update(claims).digest('base64url');
  }
}

function isSame(one: string, other: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(one), digest(other));
}
