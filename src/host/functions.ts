import { readText } from '../procfs/read-text.ts';
import type { KernelFunction } from './facts.ts';
import { TRACEFS_DIRECTORIES } from './tracepoints.ts';

/** Where to look for functions. */
export interface FunctionSources {
  /** Functions that the type information describes; `undefined` where there is none. */
  readonly typed: ReadonlySet<string> | undefined;
  readonly root: string;
}

/**
 * Find out which of some functions the kernel has, and which can be traced.
 *
 * `available_filter_functions` lists what can be traced. Only root may read it, and on some kernels nobody may. Then the
 * type information says which functions there are, and without that `/proc/kallsyms`.
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
