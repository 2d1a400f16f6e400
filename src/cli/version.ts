import { readFileSync } from 'node:fs';

interface Package {
  readonly version: string;
  readonly engines: { readonly node: string };
}

/** The version of this package, from its package.json. */
export function readVersion(): string {
  return readPackage().version;
}

/** The lowest version of Node.js that this package runs on, as in `20.19`, from its package.json. */
export function readNeededNode(): string {
  return readPackage().engines.node.replace('>=', '');
}

function readPackage(): Package {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return JSON.parse(text) as Package;
}
