import type { AppGroups } from './app-groups.ts';
import { COMM_BYTES, type TextsByLength } from './pattern-index.ts';

/** The program; or, of a script, its interpreter, the one option it may have, and the script (kernel: fs/binfmt_script.c). */
const ARGUMENTS_WITH_A_NAME = 3;

/**
 * Find the group of a task: that of the first pattern in the file that matches it.
 *
 * Exact, prefix and suffix patterns look at the comm. One of 15 bytes may have been cut by the kernel, so there:
 * - an exact or prefix pattern of up to 15 bytes looks at the comm as it is, so that it may be written cut as well;
 * - else the whole name counts, where the command line has it: in its program or its script, before a space or colon;
 * - where it has not, the 15 bytes must do: a longer exact or prefix pattern matches if it begins with them.
 *
 * Substring patterns look at the command line, its arguments with a space between; where there is none, at the comm.
 *
 * Without substring patterns some microseconds at most. Each of those that comes before the first match searches the
 * whole command line.
 *
 * @param comm - A byte string, as the patterns are. `/proc` shows some of kernel threads with more than 15 bytes.
 * @param cmdline - The bytes of `/proc/PID/cmdline`, with a NUL behind each argument. Kernel threads have an empty one;
 * `undefined`, for a task that was gone before it could be read, means the same.
 * @returns `undefined` where nothing matches: then the parent's group counts, and at last `DEFAULT_APP_GROUP`.
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

/** `undefined` where the comm may be cut and nothing says from what: the task may have given itself a name. */
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

/** Only patterns that come before the place of another match are tried: a search through a long text is not free. */
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
