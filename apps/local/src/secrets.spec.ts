import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadSecrets } from './secrets.js';

describe('the secrets of a data folder', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'secrets-'));
  });

  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  it('stay the same from start to start, and differ from folder to folder', () => {
    const first = loadSecrets(folder);
    expect(loadSecrets(folder)).toEqual(first);
    rmSync(join(folder, 'secrets.json'));
    expect(loadSecrets(folder)).not.toEqual(first);
  });

  it('can be read by their owner only', () => {
    loadSecrets(folder);
    expect(statSync(join(folder, 'secrets.json')).mode & 0o777).toBe(0o600);
  });

  it.each(['not JSON', '{"jwtSecret":"only-this-one-0123456789"}'])('are refused by the name of the file, without its content: %s', (content) => {
    writeFileSync(join(folder, 'secrets.json'), content);
    expect(() => loadSecrets(folder)).toThrow(/secrets\.json cannot be read or lacks a secret/);
    expect(() => loadSecrets(folder)).not.toThrow(/only-this-one|not JSON/);
  });
});
