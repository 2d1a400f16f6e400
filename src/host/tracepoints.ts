import { UserError } from '../errors.ts';
import { readText } from '../procfs/read-text.ts';
import { type BpftraceFacts, isAtLeast, type Privilege } from './facts.ts';
import { findName, parseFields } from './format.ts';
import { runAsRoot } from './privilege.ts';

/** Where tracefs may be mounted. With debugfs the kernel mounts it at the second place too. */
export const TRACEFS_DIRECTORIES = ['/sys/kernel/tracing', '/sys/kernel/debug/tracing'] as const;

/** `bpftrace -l` takes up to 0.5 s (0.27), and far longer in an emulated machine on a busy host. */
const LIST_TIMEOUT_MS = 30_000;

/**
 * Read which of the wanted tracepoints this kernel has, and their fields.
 *
 * @param names - `category:name`.
 * @param root - Where the machine's file tree starts; `/` but for fixtures.
 * @returns Fields by name; a tracepoint that bpftrace would not find has no entry.
 * @throws UserError `TRACER_ENDED` where bpftrace gave no answer.
 */
export async function readTracepoints(
  names: readonly string[],
  bpftrace: BpftraceFacts,
  privilege: Privilege,
  root: string,
): Promise<Map<string, readonly string[]>> {
  return privilege === 'root'
    ? readFormats(names, root, bpftrace)
    : await listFields(names, bpftrace, privilege);
}

function readFormats(
  names: readonly string[],
  root: string,
  bpftrace: BpftraceFacts,
): Map<string, readonly string[]> {
  const found = new Map<string, readonly string[]>();
  // bpftrace before 0.17 looks for tracepoints below debugfs only.
  const directories = isAtLeast(bpftrace, 0, 17)
    ? TRACEFS_DIRECTORIES
    : TRACEFS_DIRECTORIES.slice(1);
  for (const name of names) {
    for (const directory of directories) {
      const format = readText(
        `${root}${directory}/events/${name.replace(':', '/')}/format`.replace('//', '/'),
      );
      if (format === undefined) continue;
      found.set(name, parseFormat(format));
      break;
    }
  }
  return found;
}

/** Field names of a tracefs `format` file, the common ones left out. */
export function parseFormat(format: string): string[] {
  return parseFields(format)
    .map(({ name }) => name)
    .filter((name) => !name.startsWith('common_'));
}

/** Where a field lies in the record of its tracepoint, and how long it is, in bytes. */
export interface FieldPlace {
  readonly offset: number;
  readonly bytes: number;
}

/**
 * Read where the fields of tracepoints lie, by `category:name.field`.
 *
 * @returns Nothing of a tracepoint whose `format` cannot be read, because it is not there or we are not root.
 */
export function readFieldPlaces(names: readonly string[], root: string): Map<string, FieldPlace> {
  const places = new Map<string, FieldPlace>();
  for (const name of names) {
    const format = TRACEFS_DIRECTORIES.map((directory) =>
      readText(`${root}${directory}/events/${name.replace(':', '/')}/format`),
    ).find((text) => text !== undefined);
    for (const { name: field, offset, bytes } of parseFields(format ?? '')) {
      places.set(`${name}.${field}`, { offset, bytes });
    }
  }
  return places;
}

/** Asks bpftrace, because a user cannot read tracefs, and sudo lets us run nothing but bpftrace. */
async function listFields(
  names: readonly string[],
  bpftrace: BpftraceFacts,
  privilege: Privilege,
): Promise<Map<string, readonly string[]>> {
  const found = new Map<string, readonly string[]>();
  for (const category of new Set(names.map((name) => name.split(':')[0]))) {
    const words = [bpftrace.path, '-lv', `tracepoint:${category}:*`];
    const { stdout, exitCode } = await runAsRoot(privilege, words, LIST_TIMEOUT_MS);
    if (exitCode === undefined) throw gaveNoAnswer(words);
    for (const [name, fields] of parseListing(stdout)) {
      if (names.includes(name)) found.set(name, fields);
    }
  }
  return found;
}

function gaveNoAnswer(words: readonly string[]): UserError {
  return new UserError(
    'TRACER_ENDED',
    'bpftrace was ended, or not started, as it listed tracepoints',
    {
      hint: `try again; see why: sudo -n ${words.join(' ')}`,
    },
  );
}

/** What `bpftrace -lv 'tracepoint:…'` prints: one line a tracepoint, then its fields, indented. */
export function parseListing(text: string): Map<string, string[]> {
  const found = new Map<string, string[]>();
  let fields: string[] = [];
  for (const line of text.split('\n')) {
    const head = /^tracepoint:(\S+)/.exec(line);
    if (head?.[1]) {
      fields = [];
      found.set(head[1], fields);
    } else if (/^\s/.test(line)) {
      const field = findName(line.replace(/;$/, ''));
      if (field !== '') fields.push(field);
    }
  }
  return found;
}
