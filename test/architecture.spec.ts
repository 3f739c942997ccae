import { globSync, readFileSync } from 'node:fs';
import { posix, resolve, sep } from 'node:path';
import ts from 'typescript';

/**
 * The import table: what a unit of the house may import, besides itself and packages. A lib without a row is a breach,
 * so that a new lib is entered here first.
 */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  'fulfiller-kit': [],
  orders: [],
  lms: [],
  limits: [],
  codes: [],
  plugins: [],
  observability: [],
  'fulfillers/*': ['fulfiller-kit', 'lms'],
  fulfillment: ['fulfiller-kit', 'orders', 'limits', 'plugins'],
  payments: ['orders', 'limits', 'plugins'],
  catalog: ['lms', 'limits'],
  refunds: ['orders', 'payments', 'fulfillment'],
  checkout: ['catalog', 'codes', 'payments', 'fulfillment', 'orders'],
  scheduler: ['orders', 'limits'],
  // The one place where the ports of the libs are bound to one another, for the apps alone.
  composition: ['config', 'orders', 'lms', 'limits', 'fulfillment', 'payments', 'refunds', 'checkout', 'catalog', 'scheduler', 'observability', 'codes', 'fulfillers/*'],
  // Only for the ORM's entities.
  config: ['orders', 'catalog'],
  'apps/*': ['config', 'fulfiller-kit', 'orders', 'lms', 'limits', 'fulfillers/*', 'fulfillment', 'payments', 'catalog', 'refunds', 'checkout', 'scheduler', 'observability', 'composition', 'codes', 'plugins'],
};

/** Packages that not every unit may know. */
const RESERVED_PACKAGES = [
  { what: 'the queue', packages: /^(bull|bullmq|cron|@nestjs\/(bull|bullmq|schedule))(\/|$)/, mayKnow: /^(scheduler|apps\/worker)$/ },
  { what: 'the database', packages: /^(pg|kysely|@mikro-orm\/.+)(\/|$)/, mayKnow: /^(?!fulfillers\/|fulfiller-kit$|lms$)/ },
];

const KIT = '@order-fulfillment/fulfiller-kit';
const KIT_ENTRIES = new Set([KIT, `${KIT}/conformance`]);
const REFUSED_NAMES = new Set(['common', 'shared', 'core', 'utils']);
/** The depth of `libs/<lib>/src/<part>/<file>`. */
const MAX_SEGMENTS = 5;
const MAX_LINES = 250;
const MAIN = /^apps\/[^/]+\/src\/([^/]+\.)?main\.ts$/;
/** A spec, or a fake that only specs use. */
const TEST = /\.(spec|fake)\.tsx?$/;

interface SourceFile {
  /** From the root of the repository, with `/`. */
  readonly path: string;
  readonly text: string;
}

/** Every breach of the rules of the house, as `file: what is wrong`. */
function breaches(files: readonly SourceFile[]): string[] {
  return files.flatMap((file) => [...wrongImports(file), ...wrongForm(file)].map((breach) => `${file.path}: ${breach}`));
}

function wrongImports({ path, text }: SourceFile): string[] {
  const unit = unitOf(path);
  if (!(pattern(unit) in MAY_IMPORT)) return [`${unit} has no row in the import table`];
  const { importedFiles, referencedFiles } = ts.preProcessFile(text, true, true);
  const specifiers = [...new Set([...importedFiles, ...referencedFiles].map(({ fileName }) => fileName))];
  return specifiers.flatMap((specifier) => wrongImport(path, unit, specifier) ?? []);
}

function wrongImport(path: string, unit: string, specifier: string): string | undefined {
  if (/^\.{0,2}(\/|$)/.test(specifier)) return wrongPath(path, unit, specifier);
  if (!specifier.startsWith('#') && !specifier.startsWith(KIT)) return wrongPackage(unit, specifier);
  const target = namedUnit(specifier);
  if (target === undefined) return `imports ${specifier}, past the index of its lib`;
  if (target === unit) return `imports ${specifier}, which is itself`;
  if (TEST.test(path) && target !== 'config') return undefined;
  return mayImport(unit, target) ? undefined : `imports ${specifier}, which ${unit} may not`;
}

function wrongPath(path: string, unit: string, specifier: string): string | undefined {
  const target = posix.resolve('/', posix.dirname(path), specifier).slice(1);
  if (unitOf(target) === unit || (TEST.test(path) && target.startsWith('test/'))) return undefined;
  return `imports ${specifier}, a path out of ${unit}`;
}

function wrongPackage(unit: string, specifier: string): string | undefined {
  const reserved = RESERVED_PACKAGES.find(({ packages, mayKnow }) => packages.test(specifier) && !mayKnow.test(unit));
  return reserved && `imports ${specifier}: ${unit} may not know ${reserved.what}`;
}

function wrongForm({ path, text }: SourceFile): string[] {
  const segments = path.split('/');
  const lines = text.split('\n').length;
  const names = segments.map((segment) => segment.replace(/\..*/, '')).filter((name) => REFUSED_NAMES.has(name));
  return [
    ...(segments.length > MAX_SEGMENTS ? ['lies deeper than <lib>/src/<part>/<file>'] : []),
    ...names.map((name) => `nothing is called ${name}`),
    ...(lines > MAX_LINES + 1 && !TEST.test(path) ? [`has more than ${MAX_LINES} lines`] : []),
    ...(!MAIN.test(path) && !TEST.test(path) && readsEnvironment(parsed(path, text)) ? ['reads process.env, which only a main.ts may'] : []),
  ];
}

function unitOf(path: string): string {
  const [top = '', first = '', , second = ''] = path.split('/');
  if (top === 'libs') return first === 'fulfillers' ? `fulfillers/${second}` : first;
  return top === 'apps' ? `apps/${first}` : top;
}

/** The unit that a name of `package.json`'s `imports`, or the kit's, stands for. */
function namedUnit(specifier: string): string | undefined {
  if (specifier.startsWith(KIT)) return KIT_ENTRIES.has(specifier) ? 'fulfiller-kit' : undefined;
  return /^#(fulfillers\/[a-z-]+|[a-z-]+)$/.exec(specifier)?.[1];
}

function mayImport(unit: string, target: string): boolean {
  return MAY_IMPORT[pattern(unit)]?.includes(pattern(target)) ?? false;
}

/** The row of the table that a unit belongs to. */
function pattern(unit: string): string {
  return unit.replace(/^(apps|fulfillers)\/.+/, '$1/*');
}

function parsed(path: string, text: string): ts.Node {
  return ts.createSourceFile(path, text, ts.ScriptTarget.Latest);
}

/** Sees `process.env`, `process['env']`, `{ env } = process` and `import { env } from 'node:process'`. */
function readsEnvironment(node: ts.Node): boolean {
  if (ts.isPropertyAccessExpression(node) && node.name.text === 'env' && isProcess(node.expression)) return true;
  if (ts.isElementAccessExpression(node) && isText(node.argumentExpression, /^env$/) && isProcess(node.expression)) return true;
  if (ts.isVariableDeclaration(node) && node.initializer && isProcess(node.initializer) && ts.isObjectBindingPattern(node.name) && takesEnv(node.name)) return true;
  if (ts.isImportDeclaration(node) && isText(node.moduleSpecifier, /^(node:)?process$/) && takesEnv(node.importClause?.namedBindings)) return true;
  return ts.forEachChild(node, (child) => readsEnvironment(child) || undefined) ?? false;
}

function isProcess(node: ts.Expression): boolean {
  return (ts.isIdentifier(node) && node.text === 'process') || (ts.isPropertyAccessExpression(node) && node.name.text === 'process');
}

function isText(node: ts.Expression, form: RegExp): boolean {
  return ts.isStringLiteralLike(node) && form.test(node.text);
}

/** Whether braces name `env`: a namespace import, which has no braces, could hide it and counts as if it did. */
function takesEnv(names: ts.ObjectBindingPattern | ts.NamedImportBindings | undefined): boolean {
  if (!names || ts.isNamespaceImport(names)) return names !== undefined;
  return names.elements.some(({ name, propertyName }: ts.BindingElement | ts.ImportSpecifier) => [name, propertyName].some((word) => word && ts.isIdentifier(word) && word.text === 'env'));
}

function filesOfTheHouse(): SourceFile[] {
  const root = resolve(import.meta.dirname, '..');
  const paths = globSync('{apps,libs,config}/**/*.{ts,tsx}', { cwd: root, exclude: (path) => /(^|[\\/])(node_modules|dist)$/.test(path) });
  return paths.sort().map((path) => ({ path: path.split(sep).join('/'), text: readFileSync(resolve(root, path), 'utf8') }));
}

describe('the house', () => {
  const files = filesOfTheHouse();

  it('keeps its rules', () => {
    expect(breaches(files)).toEqual([]);
  });

  it('was read in whole', () => {
    const paths = files.map(({ path }) => path);
    expect(paths).toEqual(expect.arrayContaining(['apps/api/src/main.ts', 'libs/orders/src/statements/place.statement.ts', 'libs/fulfillers/src/enrollment/index.ts', 'config/migrations/index.ts']));
    expect(paths.filter((path) => /node_modules|dist\//.test(path))).toEqual([]);
  });
});

describe('a breach is found', () => {
  const ORDERS = 'libs/orders/src/order.entity.ts';
  const SEAT = 'libs/fulfillers/src/enrollment/seat.ts';
  const API = 'apps/api/src/api.module.ts';
  const by = (specifier: string) => `import { x } from '${specifier}';\n`;

  it.each([
    [ORDERS, 'imports #catalog, which orders may not', by('#catalog')],
    [ORDERS, 'imports @order-fulfillment/fulfiller-kit, which orders may not', by('@order-fulfillment/fulfiller-kit')],
    [ORDERS, 'imports #orders, which is itself', by('#orders')],
    [ORDERS, 'imports ../../lms/src/index.js, a path out of orders', by('../../lms/src/index.js')],
    [ORDERS, 'imports ../../../test/support/orders.js, a path out of orders', by('../../../test/support/orders.js')],
    [ORDERS, 'imports ../../../dist/libs/lms/src/index.js, a path out of orders', by('../../../dist/libs/lms/src/index.js')],
    [ORDERS, 'imports /srv/libs/lms/src/index.js, a path out of orders', by('/srv/libs/lms/src/index.js')],
    [ORDERS, 'imports bull: orders may not know the queue', by('bull')],
    ['libs/checkout/src/x.ts', 'imports #orders/src/order.entity.js, past the index of its lib', by('#orders/src/order.entity.js')],
    ['libs/checkout/src/x.ts', 'imports #config, which checkout may not', by('#config')],
    ['libs/checkout/src/x.ts', 'imports #lms, which checkout may not', by('#lms')],
    ['libs/fulfillment/src/x.ts', 'imports @order-fulfillment/fulfiller-kit/src/failures.js, past the index of its lib', by('@order-fulfillment/fulfiller-kit/src/failures.js')],
    [SEAT, 'imports #fulfillers/donation, which fulfillers/enrollment may not', by('#fulfillers/donation')],
    [SEAT, 'imports ../donation/index.js, a path out of fulfillers/enrollment', by('../donation/index.js')],
    [SEAT, 'imports #orders, which fulfillers/enrollment may not', by('#orders')],
    [SEAT, 'imports @mikro-orm/core: fulfillers/enrollment may not know the database', by('@mikro-orm/core')],
    [SEAT, 'imports @nestjs/bull: fulfillers/enrollment may not know the queue', by('@nestjs/bull')],
    [API, 'imports ../../lms-sandbox/src/sandbox.js, a path out of apps/api', by('../../lms-sandbox/src/sandbox.js')],
    ['apps/local/src/x.spec.ts', 'imports ../../lms-sandbox/src/sandbox.js, a path out of apps/local', by('../../lms-sandbox/src/sandbox.js')],
    ['config/environment.ts', 'imports #checkout, which config may not', by('#checkout')],
    ['libs/orders/src/x.spec.ts', 'imports #config, which orders may not', by('#config')],
    ['libs/pricing/src/index.ts', 'pricing has no row in the import table', ''],
    ['libs/orders/src/statements/sql/place.ts', 'lies deeper than <lib>/src/<part>/<file>', ''],
    ['apps/api/src/orders/views/order.view.ts', 'lies deeper than <lib>/src/<part>/<file>', ''],
    ['apps/api/src/shared/text.ts', 'nothing is called shared', ''],
    ['config/utils.ts', 'nothing is called utils', ''],
    [ORDERS, 'has more than 250 lines', 'x;\n'.repeat(251)],
    [ORDERS, 'reads process.env, which only a main.ts may', 'const port = process.env.PORT;'],
    [ORDERS, 'reads process.env, which only a main.ts may', "const port = globalThis.process?.['env'].PORT;"],
    [ORDERS, 'reads process.env, which only a main.ts may', 'const { env: { PORT } } = process;'],
    [ORDERS, 'reads process.env, which only a main.ts may', "import { env as e } from 'node:process';"],
    [ORDERS, 'reads process.env, which only a main.ts may', "import * as p from 'process';"],
    ['libs/orders/src/main.ts', 'reads process.env, which only a main.ts may', 'process.env.PORT;'],
  ])('in %s: %s', (path, breach, text) => {
    expect(breaches([{ path, text }])).toEqual([`${path}: ${breach}`]);
  });

  it.each(["export * from '#lms';", "import type { Lms } from '#lms';", "import '#lms';", "const lms = await import('#lms');", "let lms: typeof import('#lms');", "import lms = require('#lms');", "const lms = require('#lms');"])(
    'however it is written: %s',
    (text) => {
      expect(breaches([{ path: ORDERS, text }])).toEqual([`${ORDERS}: imports #lms, which orders may not`]);
    },
  );

  it('for each file and each target', () => {
    const found = breaches([
      { path: ORDERS, text: by('#lms') + by('#limits') },
      { path: SEAT, text: by('#catalog') },
    ]);
    expect(found).toHaveLength(3);
  });
});

describe('no breach is', () => {
  it.each([
    ['libs/fulfillers/src/enrollment/seat.ts', 'what its row names, a neighbour or a package', "import '#lms'; import '@order-fulfillment/fulfiller-kit'; import './index.js'; import 'zod';"],
    ['libs/fulfillment/src/x.ts', 'what its row names', "import '@order-fulfillment/fulfiller-kit'; import '#orders'; import '#limits';"],
    ['libs/scheduler/src/x.ts', 'the queue', "import 'bull'; import '#orders';"],
    ['config/mikro-orm.ts', 'the entities and the ORM', "import '#orders'; import '#catalog'; import '@mikro-orm/core';"],
    ['apps/api/src/auth/x.ts', 'whatever lib there is, and another part of itself', "import '#config'; import '#fulfillers/donation'; import '../problems/problem.js';"],
    ['apps/api/src/main.ts', 'the environment', 'run(process.env);'],
    ['apps/ops/src/migrate.main.ts', 'the environment', 'run(process.env);'],
    ['libs/orders/src/x.ts', 'the rest of process', "import { argv } from 'node:process'; const { pid } = process;"],
    ['libs/orders/src/x.ts', 'an import in a comment or a text', `// import '#lms'; process.env\nconst text = "import '#lms'";`],
    ['libs/orders/src/x.ts', '250 lines', 'x;\n'.repeat(250)],
    ['libs/orders/src/x.spec.ts', 'a longer spec', 'x;\n'.repeat(300)],
    ['libs/checkout/src/x.spec.ts', 'more for a spec', "import '#lms'; import '../../../test/support/orders.js'; process.env['PATH'];"],
  ])('in %s: %s', (path, _, text) => {
    expect(breaches([{ path, text }])).toEqual([]);
  });
});
