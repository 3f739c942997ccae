import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ensureProgram, settingOf } from './programs.mjs';

let folder;
let said;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'programs-'));
  said = [];
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const at = (name) => join(folder, name);
const lay = (name, script = '') => {
  writeFileSync(at(name), `#!/bin/sh\n${script}`);
  chmodSync(at(name), 0o755);
};
const ensure = (name, { env = {}, isRoot = true } = {}) => ensureProgram(name, { env: { PATH: folder, ...env }, isRoot, say: (line) => said.push(line) });
/** A package manager that writes down what it is told; `does` is shell. */
const layManager = (name, does) => lay(name, `echo "$*" >> ${at('told')}\n${does}\n`);
const told = () => (existsSync(at('told')) ? readFileSync(at('told'), 'utf8').trim().split('\n') : []);
const brings = (name) => `printf '#!/bin/sh\\n' > ${at(name)}; /bin/chmod 755 ${at(name)}`;

describe('a program of the tests', () => {
  it('is the one that the environment names, whatever is there', () => {
    lay('php');
    expect(ensure('php', { env: { PHP_PATH: '/opt/php' } }).path).toBe('/opt/php');
    expect(ensure('redis', { env: { REDIS_URL: 'redis://:secret@cache' } })).toEqual({ path: 'redis://:secret@cache', shownAs: 'REDIS_URL' });
  });

  it('is the first on the PATH that can be run, and nothing is installed then', () => {
    layManager('apt-get', brings('chromium'));
    writeFileSync(at('chromium'), 'not executable');
    lay('google-chrome');
    expect([ensure('chromium').path, told()]).toEqual([at('google-chrome'), []]);
  });

  it('is installed by apt-get, with fresh lists only where it must be', () => {
    layManager('apt-get', brings('php'));
    expect([ensure('php').path, told()]).toEqual([at('php'), ['install -y --no-install-recommends php-cli']]);
  });

  it('is installed after the lists of packages were fetched, where there were none', () => {
    layManager('apt-get', `case "$1" in update) : > ${at('lists')} ;; *) if [ -e ${at('lists')} ]; then ${brings('php')}; else echo 'E: no such package' >&2; exit 100; fi ;; esac`);
    const install = 'install -y --no-install-recommends php-cli';
    expect([ensure('php').path, told()]).toEqual([at('php'), [install, 'update', install]]);
  });

  it('is installed under another name where the first is not known', () => {
    layManager('dnf', `[ "$3" = redis ] && { ${brings('redis-server')}; exit 0; }\necho 'no match' >&2; exit 1`);
    expect([ensure('redis').path, told()]).toEqual([at('redis-server'), ['install -y valkey', 'install -y redis']]);
    expect(said.join('\n')).toContain('it failed: no match');
  });

  it.each([
    ['nobody can install anything', { isRoot: true }, () => undefined],
    ['this is not root', { isRoot: false }, () => layManager('apt-get', brings('chromium'))],
    ['the package manager fails', { isRoot: true }, () => layManager('apt-get', 'exit 1')],
  ])('is asked for in a sentence where %s', (_, options, prepare) => {
    prepare();
    expect(() => ensure('chromium', options)).toThrow(/install Chromium \(for example `sudo apt-get install chromium`\), or set CHROMIUM_PATH/);
  });
});

it('tests find a program by a variable', () => {
  expect(settingOf('chromium', '/opt/chrome')).toEqual({ CHROMIUM_PATH: '/opt/chrome' });
});
