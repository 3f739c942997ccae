import { isBuiltin } from 'node:module';
import { GeneratorError } from './generator-error.mjs';

const PRODUCT_TYPE = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;
const PACKAGE = /^(@[a-z0-9][a-z0-9._-]*\/)?[a-z0-9][a-z0-9._-]*$/;
const LONGEST_PRODUCT_TYPE = 63;
const LONGEST_PACKAGE = 214;

/** Folders that are called so say nothing (test/architecture.spec.ts), files that are called so mean something else, and words that YAML does not take for text. */
const RESERVED = new Set(['common', 'shared', 'core', 'utils', 'index', 'stub', 'constructor', 'default', 'null', 'true', 'false', 'yes', 'no', 'on', 'off', 'y', 'n']);

const KIT = '@order-fulfillment/fulfiller-kit';

/** @throws {GeneratorError} when no product type may be called so. */
export function checkedName(name) {
  if (!PRODUCT_TYPE.test(name) || name.length > LONGEST_PRODUCT_TYPE) {
    throw new GeneratorError(`"${name}" is no name of a product type: use lower case letters and digits with single dashes between them, beginning with a letter, at most ${LONGEST_PRODUCT_TYPE}. For example exam-retake.`);
  }
  if (RESERVED.has(name)) throw new GeneratorError(`"${name}" is reserved: call the product type by what is sold, for example mentoring.`);
  return name;
}

/** @throws {GeneratorError} when npm, Node or the token map would take it for something else. */
export function checkedPackageName(name, builtInFulfillers) {
  if (!PACKAGE.test(name) || name.length > LONGEST_PACKAGE) {
    throw new GeneratorError(`"${name}" is no name of a package: name one by --name, in lower case. For example --name @acme/mentoring-fulfiller.`);
  }
  if (isBuiltin(name) || name === KIT || name === 'zod' || name === 'node_modules') throw new GeneratorError(`"${name}" is taken by another package: name yours by --name, for example --name @acme/${name.split('/').at(-1)}-fulfiller.`);
  if (builtInFulfillers.includes(name)) {
    throw new GeneratorError(`"${name}" is a built-in fulfiller, which a token map would take instead of the package: name yours by --name, for example --name @acme/${name}-fulfiller.`);
  }
  return name;
}

/** The forms in which a product type's name stands in the templates. */
export function formsOf(name) {
  const parts = name.split('-');
  return {
    name,
    words: parts.join(' '),
    Name: parts.map((part) => part[0].toUpperCase() + part.slice(1)).join(''),
    NAME: parts.join('_').toUpperCase(),
  };
}
