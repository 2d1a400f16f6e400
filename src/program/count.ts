import type { Keying, Plan } from '../plan/plan.ts';
import { type Half, inActiveHalf, KEYS } from './double-buffer.ts';
import { buildSubjectKey, markEnding, type Subject } from './key/emit.ts';
import { buildWhat, COUNTER_MASK, INDEX_SHIFT, KEY_PARTS, type KeyWords } from './key/layout.ts';
import { aliasOf } from './layout.ts';
import { countOwn, flagOwn, readOwn } from './own.ts';
import { branch, type Lines } from './text.ts';
import { flagUser } from './user.ts';
import { writeCount } from './write-count.ts';

/** Adds one to a counter. */
export interface Count {
  readonly counter: string;
  /** An expression: the index of the counter, such as the errno of an error. */
  readonly index?: string;
  /** An expression: what else the key tells, shifted to its place above the index. */
  readonly detail?: string;
  /** Statements that fill other maps of the active half, where keys are made by ids. */
  readonly byIds?: (half: Half) => Lines;
}

/** What an event counts: one counter always, one where a condition holds, or one of two. */
export interface Choice {
  /** A condition; it may be evaluated twice. @defaultValue always */
  readonly when?: string;
  readonly count: Count;
  readonly otherwise?: Count;
}

/** The counter whose keys tell how a process ended: it exits with its last task. */
const ENDED = 'process_exited';

/**
 * Statements that count an event.
 *
 * Without keying each counter is one map that is never cleared. With keying an event counts twice in the active half of the
 * maps: once in the total of its counter and once under the key of its subject.
 *
 * @param reads - Statements that read what the choices ask about.
 */
export function writeCounts(
  subject: Subject,
  choices: readonly Choice[],
  plan: Plan,
  reads: Lines = [],
): string[] {
  const { keying } = plan;
  if (keying === null) {
    const counts = choices.flatMap((choice) =>
      writeChoice(choice, (count) => [writeTotal(count, undefined, plan)]),
    );
    return [...reads, ...counts];
  }
  const key = buildSubjectKey(subject, keying);
  const whats = choices.map((choice) => planWhat(choice, keying));
  return [
    // bpftrace 0.11 loses what was read from memory where a map is read after it: this one comes before all others.
    '$half = @half;',
    ...readOwn(plan),
    ...reads,
    ...key.prelude,
    ...flagOwn(plan),
    ...flagUser(plan),
    ...whats.flatMap(({ prelude }) => prelude),
    ...inActiveHalf((half) => [
      ...choices.flatMap((choice, i) => {
        const { what = '', own = '' } = whats[i] ?? {};
        const counted = [
          writeKey({ ...key.words, what }, half, plan),
          ...countOwn(own, half, plan),
        ];
        const total = (count: Count) => [
          writeTotal(count, half, plan),
          ...(keying.by === 'ids' ? (count.byIds?.(half) ?? []) : []),
        ];
        return choice.when !== undefined && choice.otherwise === undefined
          ? branch(choice.when, [...total(choice.count), ...counted])
          : [...writeChoice(choice, total), ...counted];
      }),
      ...key.inHalf(half),
    ]),
  ];
}

function writeChoice(choice: Choice, write: (count: Count) => Lines): Lines {
  if (choice.when === undefined) return write(choice.count);
  return branch(
    choice.when,
    write(choice.count),
    choice.otherwise === undefined ? [] : write(choice.otherwise),
  );
}

interface What {
  /** Statements that come before. */
  readonly prelude: Lines;
  /** The `what` of a key: an expression. */
  readonly what: string;
  /** The same without what else the key tells: the command's total has few keys, for which there is room in any table. */
  readonly own: string;
}

function planWhat({ when, count, otherwise }: Choice, keying: Keying): What {
  if (otherwise === undefined) {
    const { counter, index } = count;
    const own = writeWhat(index === undefined ? { counter } : { counter, index });
    return { prelude: [], what: writeWhat(count), own };
  }
  const marks = [count, otherwise].map(({ counter }) =>
    counter === ENDED ? markEnding(keying) : [],
  );
  return {
    prelude: [
      `$what = ${writeWhat(otherwise)};`,
      ...branch(when ?? '', [`$what = ${writeWhat(count)};`, ...(marks[0] ?? [])]),
    ],
    what: '$what',
    own: `$what & ${COUNTER_MASK}`,
  };
}

function writeWhat({ counter, index, detail }: Count): string {
  const what = `(uint64)${buildWhat(counter)}`;
  const indexed = index === undefined ? what : `${what} | (${index} << ${INDEX_SHIFT})`;
  return detail === undefined ? indexed : `${indexed} | ${detail}`;
}

function writeTotal({ counter, index }: Count, half: Half | undefined, plan: Plan): string {
  return writeCount(aliasOf(counter, half), index === undefined ? [] : [index], plan);
}

function writeKey(words: KeyWords, half: Half, plan: Plan): string {
  return writeCount(
    aliasOf(KEYS, half),
    KEY_PARTS.map((part) => words[part]),
    plan,
  );
}
