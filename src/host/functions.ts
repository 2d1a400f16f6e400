import { readText } from '../procfs/read-text.ts';
import type { KernelFunction } from './facts.ts';
import { TRACEFS_DIRECTORIES } from './tracepoints.ts';

/** What the kernel says about functions, by itself. */
export interface FunctionSources {
  /** Functions that the type information describes; `undefined` where there is none. */
  readonly typed: ReadonlySet<string> | undefined;
  readonly root: string;
}

/**
 * Find out which of some functions the kernel has, and which can be traced.
 *
 * `available_filter_functions` says so itself, but only root may read it, and some kernels let nobody. Then the type
 * information tells what is there, and without that the list of all symbols.
 */
export function readFunctions(
  names: readonly string[],
  { typed, root }: FunctionSources,
): Map<string, KernelFunction> {
  const list = readFunctionList(root);
  const symbols =
    list === undefined && typed === undefined ? readText(`${root}/proc/kallsyms`) : undefined;
  const found = new Map<string, KernelFunction>();
  for (const name of names) {
    const isTyped = typed?.has(name) ?? false;
    const isListed = list === undefined ? undefined : new RegExp(`^${name}$`, 'm').test(list);
    const isSymbol = symbols !== undefined && new RegExp(` [tT] ${name}$`, 'm').test(symbols);
    if (isTyped || isListed === true || isSymbol) {
      found.set(name, { listed: isListed, typed: isTyped });
    }
  }
  return found;
}

/** `available_filter_functions`: one function a line; `undefined` where nobody may read it. */
export function readFunctionList(root: string): string | undefined {
  for (const directory of TRACEFS_DIRECTORIES) {
    const list = readText(`${root}${directory}/available_filter_functions`);
    if (list !== undefined && list !== '') return list;
  }
  return undefined;
}
