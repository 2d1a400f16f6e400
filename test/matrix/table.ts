import type { Table } from '../../scripts/bench/table.ts';
import { type Asked, type Cell, DIMENSIONS, type Hidden, type Machine } from './cells.ts';
import { describeWay } from './judge-plan.ts';
import type { Greeting } from './outcome.ts';
import type { Verdict } from './verdict.ts';

/** One cell with what became of it. */
export interface Judged {
  readonly machine: Machine;
  /** `undefined` where the guest never spoke. */
  readonly greeting: Greeting | undefined;
  readonly cell: Cell;
  /** False where another cell of this guest had the same program, and this is that one's run. */
  readonly ran: boolean;
  readonly verdict: Verdict;
}

const WITHOUT: Record<Hidden, string> = {
  nothing: '',
  btf: 'BTF',
  debugfs: 'debugfs',
  tracefs: 'tracefs',
  loadavg: "the kernel's own loadavg",
  priority: 'real-time priority',
  'mended ftrace': 'ftrace, then mended as doctor says',
  'mended kprobes': 'kprobes, then mended as doctor says',
  room: 'room in its cgroup',
};

/** All cells, those of one guest with the same plan and the same result in one row. */
export function buildMatrix(judged: readonly Judged[], leftOut: readonly string[]): Table {
  const sentences = [...new Set(judged.map(({ verdict }) => verdict.words))].filter(
    (words) => words !== '',
  );
  const describeResult = ({ verdict: { result, words } }: Judged) =>
    words === '' ? result : `${result} (${sentences.indexOf(words) + 1})`;
  const toCells = (one: Judged) => [
    describeKernel(one),
    one.greeting?.bpftrace ?? `of ${one.machine.bpftrace}`,
    WITHOUT[one.cell.hidden],
    describePlan(one.verdict),
    describeResult(one),
  ];
  const groups = groupBy(judged, (one) => toCells(one).join('\t'));
  return {
    title: 'Kernel × bpftrace × plan × result',
    columns: ['kernel', 'bpftrace', 'without', 'asked for', 'events', 'result', 'settings', 'runs'],
    rows: [...groups.values()].map((group) => {
      const [first] = group as [Judged];
      const [kernel = '', bpftrace = '', without = '', attached = '', result = ''] = toCells(first);
      const asked = describeAsked(group.map(({ cell }) => cell.asked)) || 'anything';
      const runs = group.filter(({ ran }) => ran).length;
      return [kernel, bpftrace, without, asked, attached, result, group.length, runs].map(String);
    }),
    notes: [...sentences.map((words, i) => `(${i + 1}) ${words}`), ...listAbsences(judged)],
    leftOut: leftOut.map((reason) => `left out: ${reason}`),
  };
}

/** `without BTF: return`. */
export function describeCell({ hidden, asked }: Cell): string {
  return `${hidden === 'nothing' ? '' : `without ${WITHOUT[hidden]}: `}${describeAsked([asked])}`;
}

function describeKernel({ machine, greeting }: Judged): string {
  const release = greeting?.kernel.replace('-cloud-amd64', '') ?? `of ${machine.kernel}`;
  return machine.lockdown === 'none' ? release : `${release}, lockdown=${machine.lockdown}`;
}

/** `create exec exit: tracepoint; release: computed`. */
function describePlan({ events }: Verdict): string {
  const attached = groupBy(events, describeWay);
  return [...attached]
    .map(([way, group]) => `${group.map(({ event }) => event).join(' ')}: ${way}`)
    .join('; ');
}

/** Why what is absent is so, each reason once. */
function listAbsences(judged: readonly Judged[]): string[] {
  const reasons = judged.flatMap(({ verdict }) =>
    verdict.events.filter(({ quality }) => quality !== 'exact'),
  );
  const groups = groupBy(reasons, ({ event, quality, reason }) => `${event} ${quality}: ${reason}`);
  return [...groups].map(([words, { length }]) => `${words} (${length} settings)`);
}

/**
 * Settings in as few words as they need: a dimension of which every value is among them is left out.
 *
 * @returns Such as `return, co-re, probe or trampoline`; empty where everything was asked for.
 */
export function describeAsked(asked: readonly Asked[]): string {
  const used = DIMENSIONS.map(({ key, words }) => {
    const values = [...new Set(asked.map((one) => String(one[key])))];
    const isAny = values.length === Object.keys(words).length;
    return { key, values, words: isAny ? [] : values.map((value) => words[value]) };
  });
  if (used.reduce((product, { values }) => product * values.length, 1) === asked.length) {
    return used
      .filter(({ words }) => words.length > 0)
      .map(({ words }) => words.join(' or '))
      .join(', ');
  }
  const split = used
    .filter(({ values }) => values.length > 1)
    .map(({ key }) => [...groupBy(asked, (one) => String(one[key])).values()].map(describeAsked));
  return split.toSorted((a, b) => a.join().length - b.join().length)[0]?.join('; ') ?? '';
}

function groupBy<Item>(items: readonly Item[], toKey: (item: Item) => string): Map<string, Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const key = toKey(item);
    groups.set(key, [...(groups.get(key) ?? []), item]);
  }
  return groups;
}
