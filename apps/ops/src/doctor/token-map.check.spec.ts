import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tokenMapCheck, wireProductTypes } from './token-map.check.js';

describe('the check of the token map', () => {
  let folder: string;
  beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'token-map-'))));
  afterAll(() => rmSync(folder, { recursive: true }));

  const check = (text: string) => {
    const file = join(folder, 'product-types.yaml');
    writeFileSync(file, text);
    return tokenMapCheck(() => wireProductTypes(file, 1_000));
  };

  it('wires it as it is', async () => {
    expect(await tokenMapCheck(() => wireProductTypes('config/product-types.yaml', 1_000))).toMatchObject({ verdict: 'ok', fact: expect.stringContaining('seat') });
  });

  it.each([
    ['a fulfiller that is not there', 'seat: { fulfiller: no-such-package }', 'Product type "seat": its fulfiller "no-such-package" cannot be loaded'],
    ['no product type', '{}', 'names no product type'],
    ['no YAML', 'seat: {', 'product-types.yaml'],
  ])('fails for %s, by the sentence of the boot', async (_, text, fact) => {
    expect(await check(text)).toMatchObject({ verdict: 'fail', fact: expect.stringContaining(fact) });
  });
});
