import type { Keying, Plan } from '../plan/plan.ts';
import { type Half, inActiveHalf, KEYS } from './double-buffer.ts';
import { buildSubjectKey, markEnding, type Subject } from './key/emit.ts';
import { buildWhat, INDEX_SHIFT, KEY_PARTS, type KeyWords } from './key/layout.ts';
import { aliasOf, countsByCpu } from './layout.ts';
import { branch, type Lines } from './text.ts';

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
    ...reads,
    ...key.prelude,
    ...whats.flatMap(({ prelude }) => prelude),
    ...inActiveHalf((half) => [
      ...choices.flatMap((choice, i) => {
        const what = whats[i]?.what ?? '';
        const counted = writeKey({ ...key.words, what }, half, plan);
        const total = (count: Count) => [
          writeTotal(count, half, plan),
          ...(keying.by === 'ids' ? (count.byIds?.(half) ?? []) : []),
        ];
        return choice.when !== undefined && choice.otherwise === undefined
          ? branch(choice.when, [...total(choice.count), counted])
          : [...writeChoice(choice, total), counted];
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

/** The `what` of a key: an expression, and statements that compute it. */
function planWhat(
  { when, count, otherwise }: Choice,
  keying: Keying,
): { readonly prelude: Lines; readonly what: string } {
  if (otherwise === undefined) return { prelude: [], what: writeWhat(count) };
  const marks = [count, otherwise].map(({ counter }) =>
    counter === ENDED ? markEnding(keying) : [],
  );
  return {
    prelude: [
      `$what = ${writeWhat(otherwise)};`,
      ...branch(when ?? '', [`$what = ${writeWhat(count)};`, ...(marks[0] ?? [])]),
    ],
    what: '$what',
  };
}

function writeWhat({ counter, index, detail }: Count): string {
  const what = `(uint64)${buildWhat(counter)}`;
  const indexed = index === undefined ? what : `${what} | (${index} << ${INDEX_SHIFT})`;
  return detail === undefined ? indexed : `${indexed} | ${detail}`;
}

function writeTotal({ counter, index }: Count, half: Half | undefined, plan: Plan): string {
  const holds = index === undefined ? 'count' : 'counts';
  const key = [...(index === undefined ? [] : [index]), ...cpuPart(holds, plan)];
  return writeCount(aliasOf(counter, half), key, plan);
}

function writeKey(words: KeyWords, half: Half, plan: Plan): string {
  const key = [...KEY_PARTS.map((part) => words[part]), ...cpuPart('counts', plan)];
  return writeCount(aliasOf(KEYS, half), key, plan);
}

function cpuPart(holds: 'count' | 'counts', plan: Plan): string[] {
  return countsByCpu(holds, plan) ? ['(uint64)cpu'] : [];
}

/**
 * `count()` keeps one number for each CPU. In a central map `++` reads, adds and writes, so that two CPUs must never count
 * under one key: there each key holds the CPU.
 */
function writeCount(alias: string, key: readonly string[], { tables }: Plan): string {
  const place = key.length === 0 ? `@${alias}` : `@${alias}[${key.join(', ')}]`;
  return tables === 'central' ? `${place}++;` : `${place} = count();`;
}
