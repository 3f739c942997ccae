import type { Environment } from '#config';

const SECRETS = ['JWT_SECRET', 'LMS_API_KEY', 'LMS_OAUTH_CLIENT_SECRET'] as const;
const URLS = ['DATABASE_URL', 'REDIS_URL', 'LMS_URL'] as const;
/** Shorter ones stand in any text. */
const LEAST_LENGTH = 4;

/**
 * Takes out of a text whatever the environment holds that is secret. The checks print nothing of the kind by
 * themselves; this is for the words of drivers and servers.
 */
export function redactor(env: Environment): (text: string) => string {
  const secrets = [...SECRETS.flatMap((name) => [env[name] ?? '', env[name]?.trim() ?? '']), ...URLS.flatMap((name) => passwords(env[name] ?? ''))];
  const hidden = [...new Set(secrets)].filter(({ length }) => length >= LEAST_LENGTH).sort((one, other) => other.length - one.length);
  return (text) => hidden.reduce((rest, secret) => rest.replaceAll(secret, '\u2026'), text);
}

function passwords(url: string): string[] {
  const password = URL.parse(url)?.password ?? '';
  return [password, decoded(password)];
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
