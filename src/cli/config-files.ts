import { statSync } from 'node:fs';
import { join } from 'node:path';
import { readWritten } from '../procfs/read-file.ts';
import type { ConfFile } from '../settings/conf-layer.ts';
import { quote } from '../settings/parse-conf.ts';

/** A directory with configuration in the shape of Netdata's. */
export interface ConfigDirectory {
  readonly path: string;
  /** It holds the files that came with Netdata. */
  readonly isStock: boolean;
}

const USER_DIRECTORIES = ['/etc/netdata', '/opt/netdata/etc/netdata'];
const STOCK_DIRECTORIES = ['/usr/lib/netdata/conf.d', '/opt/netdata/usr/lib/netdata/conf.d'];

/** Netdata's own files are shorter than 10 kB. */
const MOST_BYTES = 1024 * 1024;

/** The main file of all eBPF programs of Netdata, and its former name. */
const MAIN_NAMES = ['ebpf.d.conf', 'ebpf.conf'];

/** Where the files may be that came with Netdata. */
export function listStockDirectories(environment: NodeJS.ProcessEnv): readonly string[] {
  const named = environment['NETDATA_STOCK_CONFIG_DIR'];
  return named ? [named] : STOCK_DIRECTORIES;
}

/**
 * Where configuration is looked for, in this order: the user's directories, then the stock ones. The environment of a
 * plugin names them; where it does not, they are where Netdata's packages have them.
 *
 * @param only - The directory to use instead of all these.
 */
export function listConfigDirectories(
  environment: NodeJS.ProcessEnv,
  only?: string,
): ConfigDirectory[] {
  if (only !== undefined) return [{ path: only, isStock: false }];
  const named = environment['NETDATA_USER_CONFIG_DIR'];
  return [
    ...(named ? [named] : USER_DIRECTORIES).map((path) => ({ path, isStock: false })),
    ...listStockDirectories(environment).map((path) => ({ path, isStock: true })),
  ];
}

/** The two files that are used, and what is wrong with those that cannot be read. */
export interface ConfFiles {
  readonly processConf: ConfFile | undefined;
  readonly mainConf: ConfFile | undefined;
  readonly problems: readonly string[];
}

/** Read the first of each file that exists. As in Netdata, a file of the user replaces the whole stock file. */
export function readConfFiles(directories: readonly ConfigDirectory[]): ConfFiles {
  const problems = directories
    .filter(({ path }) => describePlace(path) === 'other')
    .map(({ path }) => `${show(path)} is not a directory: no configuration is read from it`);
  const readFirst = (names: readonly string[]) => {
    for (const { path: directory, isStock } of directories) {
      for (const name of names) {
        const path = join(directory, name);
        const text = read(path, problems);
        if (text !== undefined) return { name: name.replace(/^.*\//, ''), path, isStock, text };
      }
    }
    return undefined;
  };
  return {
    processConf: readFirst(['ebpf.d/process.conf']),
    mainConf: readFirst(MAIN_NAMES),
    problems,
  };
}

/** Whether a path, relative ones from the working directory, is a directory. */
export function isDirectory(path: string): boolean {
  return describePlace(path) === 'directory';
}

/** @returns `undefined` where there is no such file, or it cannot be read, which is added to `problems`. */
function read(path: string, problems: string[]): string | undefined {
  const { bytes, ...unread } = readWritten(path, MOST_BYTES);
  if ('problem' in unread && unread.problem !== undefined)
    problems.push(`${show(path)} ${unread.problem}`);
  return bytes?.toString('utf8');
}

/** A path in a message: control characters are escaped. */
function show(path: string): string {
  return quote(path).slice(1, -1);
}

/** What is at a path. A place that cannot be looked at is taken for a directory: reading its files will say why. */
function describePlace(path: string): 'directory' | 'other' | 'nothing' {
  try {
    const stat = statSync(path, { throwIfNoEntry: false });
    if (stat === undefined) return 'nothing';
    return stat.isDirectory() ? 'directory' : 'other';
  } catch {
    return 'directory';
  }
}
