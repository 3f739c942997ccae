import { userInfo } from 'node:os';

/** Who runs the command. Containers often run as a user without a name. */
export function login(): string {
  try {
    return userInfo().username;
  } catch {
    return String(process.getuid?.() ?? 'unknown');
  }
}
