import type { AppGroups } from './app-groups.ts';
import { COMM_BYTES, type TextsByLength } from './pattern-index.ts';

/** The program is the first argument; a script is the second or third, behind its interpreter (kernel: fs/binfmt_script.c). */
const ARGUMENTS_WITH_A_NAME = 3;

/**
 * Find the group of a task: that of the first pattern in the file that matches it.
 *
 * Exact, prefix and suffix patterns are compared with the comm. The kernel may have cut a comm of 15 bytes. For such a one:
 * - an exact or prefix pattern of up to 15 bytes is compared with the comm, so that users can write a cut name;
 * - any other is compared with the whole name, where the command line has it (program or script, up to a space or colon);
 * - without a whole name, an exact or prefix pattern longer than 15 bytes matches where it begins with the comm.
 *
 * Substring patterns are searched for in the command line, with a space between its arguments; without one, in the comm.
 *
 * Takes some microseconds, and for each substring pattern before the first match a search of the whole command line.
 *
 * @param comm - A byte string, as the patterns are. `/proc` shows more than 15 bytes for some kernel threads.
 * @param cmdline - The bytes of `/proc/PID/cmdline`, with a NUL behind each argument. Kernel threads have an empty one;
 * `undefined`, for a task that had ended before it was read, means the same.
 * @returns `undefined` where nothing matches.
 */
export function matchAppGroup(
  { patterns, index }: AppGroups,
  comm: string,
  cmdline: string | undefined,
): string | undefined {
  const whole = comm.length === COMM_BYTES ? findWholeName(comm, cmdline) : comm;
  const name = whole ?? comm;
  const place = Math.min(
    index.exact.get(comm) ?? Infinity,
    index.exact.get(name) ?? Infinity,
    findPlace(index.prefix, name, (length) => name.slice(0, length)),
    findPlace(index.suffix, name, (length) => name.slice(name.length - length)),
    whole === undefined ? (index.cut.get(comm) ?? Infinity) : Infinity,
  );
  return patterns[findSubstring(index.substring, place, comm, cmdline) ?? place]?.group;
}

/** @returns `undefined` where no argument begins with the comm: the task may have given itself another name. */
function findWholeName(comm: string, cmdline = ''): string | undefined {
  for (const argument of cmdline.split('\0', ARGUMENTS_WITH_A_NAME)) {
    // Daemons overwrite their arguments with a title: `postgres: checkpointer`.
    const path = argument.split(/[ :]/, 1)[0] ?? '';
    const name = path.slice(path.lastIndexOf('/') + 1);
    if (name.startsWith(comm)) return name;
  }
  return undefined;
}

function findPlace(
  { lengths, places }: TextsByLength,
  name: string,
  part: (length: number) => string,
): number {
  let first = Infinity;
  for (const length of lengths) {
    if (length > name.length) break;
    first = Math.min(first, places.get(part(length)) ?? Infinity);
  }
  return first;
}

/** Tries only the patterns before the place of another match, because a search of a long text costs much. */
function findSubstring(
  substrings: AppGroups['index']['substring'],
  before: number,
  comm: string,
  cmdline = '',
): number | undefined {
  if ((substrings[0]?.place ?? Infinity) > before) return undefined;
  const text = cmdline === '' ? comm : cmdline.replaceAll('\0', ' ');
  for (const { text: part, place } of substrings) {
    if (place > before) break;
    if (text.includes(part)) return place;
  }
  return undefined;
}
