import type { Keying, Plan } from '../plan/plan.ts';
import { HALVES, type Half, KEYS } from './double-buffer.ts';
import { type BareSubject, buildSubjectKey, markShortLived, type Subject } from './key/emit.ts';
import { noteChild } from './key/emit-by-id.ts';

/** Numbers of the counters in a key; the reader turns them back. Never renumber: recorded streams hold them. */
export const COUNTER_NUMBERS: Readonly<Record<string, number>> = {
  process_created: 1,
  thread_created: 2,
  exec: 3,
  process_exited: 4,
  thread_exited: 5,
  released: 6,
  error: 7,
  thread_exec: 8,
  leader_exited: 9,
  other_exited: 10,
};

/** The counter whose keys tell short lives from others: the end of a process, by the task that ends last. */
const ENDED = 'process_exited';

/** An index of a counter (the errno of an error, whether a life was short) stands above its number in the key. */
export const INDEX_SHIFT = 8;

/** `  COUNT(error[INDEX], caller);` → indent, `error`, `INDEX`, `caller`. */
const STATEMENT =
  /^( *)COUNT\((\w+)(?:\[(.+)\])?, (caller|self|ending|remembered|dead\((.+)\))\);$/gm;

/** `    CHILD(args->pid);` → indent, `args->pid`; says whose child a new process is where the program cannot read that. */
const CHILD = /^( *)CHILD\((.+)\);\n/gm;

type Tables = Pick<Plan, 'tables' | 'losesNewKeys'>;

/**
 * Replace the `COUNT(counter, subject)` statements of a probe by bpftrace's own words.
 *
 * Without keying each becomes one `count()` that is never cleared. With keying it counts in the half that is active now,
 * once as a scalar and once under the key of its subject.
 */
export function expandCounts(
  block: string,
  { keying, ...tables }: Pick<Plan, 'keying'> & Tables,
): string {
  const children = block.replace(CHILD, (_, indent: string, id: string) =>
    keying?.by === 'ids'
      ? inActiveHalf((half) => noteChild(`(uint64)${id}`, half))
          .map((line) => `${indent}${line}\n`)
          .join('')
      : '',
  );
  return children.replace(
    STATEMENT,
    (
      _,
      indent: string,
      counter: string,
      index: string | undefined,
      subject: string,
      task: string | undefined,
    ) => {
      const lines =
        keying === null
          ? countIn(counter, index === undefined ? [] : [index], tables)
          : keyedCount(counter, index, toSubject(subject, task), keying, tables);
      return lines.map((line) => `${indent}${line}`).join('\n');
    },
  );
}

/**
 * One more in a map. `count()` keeps a number for each CPU. A central map is for all of them, and `++` reads, adds and
 * writes: two CPUs must not have a key in common, so each has its own, and the reader adds them up.
 *
 * Where two CPUs may meet at a new key, it is made first by adding nothing: one of them then finds it there, and loses
 * nothing by that.
 */
function countIn(map: string, key: readonly string[], { tables, losesNewKeys }: Tables): string[] {
  if (tables === 'central') return [`@${map}[${[...key, '(uint64)cpu'].join(', ')}]++;`];
  if (key.length === 0) return [`@${map} = count();`];
  const place = `@${map}[${key.join(', ')}]`;
  return losesNewKeys ? [`${place} = sum(0);`, `${place} = sum(1);`] : [`${place} = count();`];
}

function toSubject(word: string, task: string | undefined): Subject {
  return task === undefined ? { kind: word as BareSubject } : { kind: 'dead', task };
}

function keyedCount(
  counter: string,
  index: string | undefined,
  subject: Subject,
  keying: Keying,
  tables: Tables,
): string[] {
  const number = COUNTER_NUMBERS[counter];
  if (number === undefined) throw new Error(`${counter} has no number in COUNTER_NUMBERS`);
  const { prelude, key, inHalf } = buildSubjectKey(subject, keying);
  const marks = counter === ENDED && keying.by === 'types' ? markShortLived(INDEX_SHIFT) : [];
  const what = [
    `(uint64)${number}`,
    ...(index === undefined ? [] : [`(${index} << ${INDEX_SHIFT})`]),
    ...(marks.length === 0 ? [] : ['$short']),
  ].join(' | ');
  return [
    ...prelude,
    ...marks,
    ...inActiveHalf((half) => [
      ...countIn(`${counter}_${half}`, index === undefined ? [] : [index], tables),
      ...countIn(`${KEYS}_${half}`, [...key, what], tables),
      ...(inHalf?.(half) ?? []),
    ]),
  ];
}

/** The same statements for each half, of which those run that are of the half that is counted in now. */
function inActiveHalf(statements: (half: Half) => readonly string[]): string[] {
  const [first = [], second = []] = HALVES.map((half) =>
    statements(half).map((line) => `  ${line}`),
  );
  return ['if (@_half == 0) {', ...first, '} else {', ...second, '}'];
}
