import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { checkedName, checkedPackageName, formsOf } from './names.mjs';
import { filledIn } from './templates.mjs';
import { withEntry } from './token-map.mjs';

const SCRIPTS = join(import.meta.dirname, '..');
const TOKEN_MAP = '# How products are sold.\nseat:\n  fulfiller: enrollment   # the LMS\n';

/** What the generator reads and writes of a clone, and the folder that it lies in. */
let clone;
let outside;
beforeEach(() => {
  outside = realpathSync(mkdtempSync(join(tmpdir(), 'new-fulfiller-')));
  clone = join(outside, 'clone');
  cpSync(SCRIPTS, join(clone, 'scripts'), { recursive: true });
  for (const folder of ['libs/fulfillers/src/enrollment', 'libs/fulfiller-kit', 'config']) mkdirSync(join(clone, folder), { recursive: true });
  writeFileSync(join(clone, 'config/product-types.yaml'), TOKEN_MAP);
  writeFileSync(join(clone, 'package.json'), '{"dependencies":{"zod":"4.6.7"}}');
  writeFileSync(join(clone, 'libs/fulfiller-kit/package.json'), '{"version":"0.1.0"}');
});
afterEach(() => rmSync(outside, { recursive: true, force: true }));

function generate(...args) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(clone, 'scripts/new-fulfiller.mjs'), ...args], { cwd: clone, encoding: 'utf8' });
  return { status, said: stdout + stderr };
}

const read = (path) => readFileSync(join(clone, path), 'utf8');
const tree = (folder = '..') => readdirSync(join(clone, folder), { recursive: true }).sort();

describe('a fulfiller of this repository', () => {
  it('is written with every place filled in, and entered at the end of the token map, whose comments stay', () => {
    expect(generate('exam-retake-2')).toMatchObject({ status: 0 });
    const files = tree('libs/fulfillers/src/exam-retake-2');
    expect(files).toEqual(expect.arrayContaining(['index.ts', 'exam-retake-2.module.ts', 'exam-retake-2.fulfiller.ts', 'exam-retake-2.fulfiller.spec.ts', 'exam-retake-2.conformance.spec.ts', 'stub-exam-retake-2.ts']));
    const texts = files.map((file) => read(`libs/fulfillers/src/exam-retake-2/${file}`)).join('');
    expect(texts).toContain('class ExamRetake2FulfillerModule');
    expect(texts).not.toMatch(/\{\{|\}\}`?\s*template/);
    expect(read('config/product-types.yaml')).toMatch(new RegExp(`^${TOKEN_MAP}\nexam-retake-2:\n  fulfiller: exam-retake-2\n[^]*EXAM_RETAKE_2_API_KEY`));
  });

  it('is shown by --dry-run, and not written', () => {
    const before = tree();
    expect(generate('mentoring', '--dry-run')).toEqual({ status: 0, said: expect.stringMatching(/libs\/fulfillers\/src\/mentoring\/index\.ts[^]*mentoring:\n {4}fulfiller: mentoring/) });
    expect([tree(), read('config/product-types.yaml')]).toEqual([before, TOKEN_MAP]);
  });

  it.each([
    ['its folder is there', () => mkdirSync(join(clone, 'libs/fulfillers/src/mentoring/old'), { recursive: true }), 'libs/fulfillers/src/mentoring is there already'],
    ['its entry is there', () => writeFileSync(join(clone, 'config/product-types.yaml'), '"mentoring" : { fulfiller: donation }\n'), 'config/product-types.yaml has an entry mentoring already'],
    ['the token map is one map in braces', () => writeFileSync(join(clone, 'config/product-types.yaml'), '{ seat: { fulfiller: enrollment } }\n'), 'write its entries in blocks'],
    ['there is no token map', () => rmSync(join(clone, 'config/product-types.yaml')), 'config/product-types.yaml cannot be read (ENOENT)'],
  ])('is refused when %s, and nothing is written', (_, prepare, sentence) => {
    prepare();
    const before = tree();
    const { status, said } = generate('mentoring');
    expect([status, said]).toEqual([1, expect.stringContaining(sentence)]);
    expect(said).not.toMatch(/\n\s+at /);
    expect(tree()).toEqual(before);
  });

  it('is taken back whole when its entry cannot be written', () => {
    mkdirSync(join(clone, 'config/product-types.yaml.new'));
    const before = tree();
    expect(generate('mentoring')).toEqual({ status: 1, said: expect.stringMatching(/^EEXIST.*product-types\.yaml\.new/) });
    expect([tree(), read('config/product-types.yaml')]).toEqual([before, TOKEN_MAP]);
  });
});

describe('a package', () => {
  it.each([
    [['--package', 'plugins/mentoring'], 'lies in this repository'],
    [['--package', '.'], 'lies in this repository'],
    [['--package', '../Acme Mentoring'], '"Acme Mentoring" is no name of a package'],
    [['--package', '../x', '--name', 'http'], '"http" is taken by another package'],
    [['--package', '../x', '--name', 'enrollment'], '"enrollment" is a built-in fulfiller'],
    [['--package', '../x'], 'run `npm ci` first'],
  ])('%j is refused, and nothing is written', (args, sentence) => {
    const before = tree();
    expect(generate('mentoring', ...args)).toEqual({ status: 1, said: expect.stringContaining(sentence) });
    expect(tree()).toEqual(before);
  });

  it('is refused in a folder that holds something, and in one that leads into this repository', () => {
    mkdirSync(join(outside, 'taken'));
    writeFileSync(join(outside, 'taken/notes.txt'), 'mine');
    symlinkSync(join(clone, 'config'), join(outside, 'link'));
    expect(generate('mentoring', '--package', '../taken').said).toContain('is there already and not empty');
    expect(generate('mentoring', '--package', '../link/mentoring').said).toContain('lies in this repository');
  });

  it('takes any later kit of the same contract', () => {
    const values = { ...formsOf('mentoring'), package: 'x', packageTarball: 'x.tgz', folderName: 'x', zodVersion: '4.6.7', kitVersion: '0.1.0', kitTarball: 'kit.tgz' };
    const { peerDependencies } = JSON.parse(filledIn('package', values).get('package.json'));
    expect(peerDependencies).toEqual({ '@order-fulfillment/fulfiller-kit': '>=0.1.0 <2' });
  });

  it('is shown by --dry-run with what it packs', () => {
    const before = tree();
    expect(generate('mentoring', '--package', '../acme', '--name', '@acme/mentoring', '--dry-run')).toEqual({ status: 0, said: expect.stringMatching(/\.\.\/acme\/src\/index\.js[^]*vendor\/order-fulfillment-fulfiller-kit-0\.1\.0\.tgz/) });
    expect(tree()).toEqual(before);
  });
});

describe('the command line', () => {
  it.each([
    [[], 'Say how the product type is called'],
    [['mentoring', 'tutoring'], 'Name one product type'],
    [['mentoring', '--force'], "Unknown option '--force'"],
    [['mentoring', '--name', 'x'], '--name belongs to --package'],
    [['mentoring', '--package', ''], '--package needs a folder'],
  ])('%j is refused', (args, sentence) => {
    expect(generate(...args)).toEqual({ status: 2, said: expect.stringContaining(sentence) });
  });

  it('explains itself', () => {
    expect(generate('--help')).toEqual({ status: 0, said: expect.stringContaining('Usage: npm run new:fulfiller') });
  });
});

describe('names', () => {
  it.each(['Mentoring', 'mentoring_x', '1st', '-x', 'x-', 'a--b', 'größe', '../x', 'a b', '', 'x'.repeat(64)])('"%s" is no product type', (name) => {
    expect(() => checkedName(name)).toThrow('is no name of a product type');
  });

  it.each(['core', 'shared', 'index', 'true', 'null'])('%s is reserved', (name) => {
    expect(() => checkedName(name)).toThrow('is reserved');
  });

  it.each(['@acme/mentoring', 'acme.mentoring'])('%s may name a package', (name) => {
    expect(checkedPackageName(name, ['enrollment'])).toBe(name);
  });

  it('have a form for each place', () => {
    expect(formsOf('exam-retake-x')).toEqual({ name: 'exam-retake-x', words: 'exam retake x', Name: 'ExamRetakeX', NAME: 'EXAM_RETAKE_X' });
  });
});

describe('the token map', () => {
  it('keeps its line ends', () => {
    expect(withEntry('x.yaml', 'seat:\r\n  fulfiller: enrollment', 'a', 'a:\n  fulfiller: a\n')).toBe('seat:\r\n  fulfiller: enrollment\r\n\r\na:\r\n  fulfiller: a\r\n');
  });

  it('may be empty, and may name the type in a comment or within an entry', () => {
    expect(withEntry('x.yaml', '', 'a', 'a: {}\n')).toBe('a: {}\n');
    expect(withEntry('x.yaml', '# a: old\nb:\n  a: 1\n', 'a', 'a: {}')).toBe('# a: old\nb:\n  a: 1\n\na: {}\n');
  });
});
