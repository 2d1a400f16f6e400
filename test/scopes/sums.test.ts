import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { MapCounts } from '../../src/counters/map-counts.ts';
import type { Attributor } from '../../src/scopes/attributor.ts';
import { buildAttributor, buildDump, type DumpParts, sumCounts } from './dumps.ts';
import { computeTag, encodeKey, encodeRemembered, encodeSubject, type KeyParts } from './keys.ts';

const SCALARS = ['process_created', 'exec', 'process_exited', 'thread_exited', 'released'];

const event = fc.record({
  id: fc.constantFrom(0, 10, 20, 30),
  parent: fc.constantFrom(1, 10, 20, 30),
  comm: fc.constantFrom('sh', 'nginx', 'x', '1234567\xff'),
  cgroup: fc.constantFrom('1', '2', '3', '100'),
  counter: fc.constantFrom(...SCALARS, 'error'),
  errno: fc.constantFrom(11, 12),
  /** The map of the kernel was full: counted, but under no key. */
  isOverflow: fc.boolean(),
  /** Released, but never seen to end. */
  isForgotten: fc.boolean(),
  /** Released while the kernel did not run the program: it says how many, and not whose. */
  isSkipped: fc.boolean(),
});

type Event = Parameters<Parameters<typeof event.map>[0]>[0];

const dumps = fc.array(
  fc.record({
    events: fc.array(event, { maxLength: 10 }),
    /** bpftrace was started again before this dump. */
    isRestart: fc.boolean(),
  }),
  { maxLength: 10 },
);

test.each([
  ['the dead task itself is released', false],
  ['a remembered task is released', true],
])('for each counter the parts add up to the whole at every dump, where %s', (_, remembers) => {
  fc.assert(
    fc.property(dumps, (all) => {
      const attributor = buildAttributor({ releasesBy: remembers ? 'tag' : 'task' });
      const whole: Record<string, number> = {};
      let [kernel, run, skipped] = [new Kernel(remembers), 0, 0];
      all.forEach(({ events, isRestart }, i) => {
        if (isRestart) [kernel, run] = [new Kernel(remembers), run + 1];
        for (const one of events) {
          for (const name of namesOf(one)) whole[name] = (whole[name] ?? 0) + 1;
          kernel.count(one);
        }
        skipped += remembers ? events.filter(isSkippedRelease).length : 0;
        const kernelNs = i * 1e9;
        // Asked just after the dump began: whose they were may be in the next one.
        const said = { count: skipped, readAtNs: kernelNs + 1 };
        attributor.take(buildDump({ ...kernel.print(), kernelNs }), run, i * 1000, said);
        const unfound = skipped - attributor.foundReleases;
        expect(unfound).toBeGreaterThanOrEqual(0);
        const rest =
          unfound === 0 ? [] : [{ maps: new Map([['released', unfound]]), errors: new Map() }];
        expect(sumWith(attributor, 'apps', rest)).toEqual(whole);
        expect(sumWith(attributor, 'cgroups', rest)).toEqual(whole);
      });
    }),
  );
});

test('what is told to the listener adds up to the groups', () => {
  fc.assert(
    fc.property(dumps, (all) => {
      const told: Record<string, number> = {};
      const attributor = buildAttributor({
        releasesBy: 'tag',
        onKey: ({ counter, index }, count) => {
          for (const name of namesOf({ counter, errno: index })) {
            told[name] = (told[name] ?? 0) + count;
          }
        },
      });
      const kernel = new Kernel(true);
      for (const { events } of all) {
        for (const one of events) kernel.count(one);
        attributor.take(buildDump(kernel.print()), 0, 0);
      }
      expect(sumCounts(attributor.apps.entries.values())).toEqual(told);
    }),
  );
});

/** What the program counts in the kernel, and what bpftrace prints of it. */
class Kernel {
  readonly #remembers: boolean;
  readonly #scalars: Record<string, number> = {};
  readonly #errors: Record<string, number> = {};
  readonly #ended: string[] = [];
  #keys = new Map<string, number>();

  constructor(remembers: boolean) {
    this.#remembers = remembers;
  }

  count(one: Event): void {
    const { counter, errno } = one;
    if (this.#remembers && isSkippedRelease(one)) {
      this.#ended.shift();
      return;
    }
    if (counter === 'error') this.#errors[errno] = (this.#errors[errno] ?? 0) + 1;
    else this.#scalars[counter] = (this.#scalars[counter] ?? 0) + 1;
    // An ending task is remembered also where its key found no place.
    if (counter.endsWith('_exited')) this.#ended.push(computeTag(encodeSubject(one)));
    if (one.isOverflow) return;
    const key = this.#keyOf(one);
    this.#keys.set(key, (this.#keys.get(key) ?? 0) + 1);
  }

  #keyOf(one: Event): string {
    if (one.counter !== 'released' || !this.#remembers) {
      const parts: KeyParts = { ...one, index: one.counter === 'error' ? one.errno : 0 };
      return encodeKey(parts);
    }
    return encodeRemembered((one.isForgotten ? undefined : this.#ended.shift()) ?? '0');
  }

  print(): DumpParts {
    const keys = [...this.#keys];
    this.#keys = new Map();
    return { scalars: { ...this.#scalars }, errors: { ...this.#errors }, keys };
  }
}

/** An error counts in all and by errno. */
function namesOf({ counter, errno }: { counter: string; errno: number }): string[] {
  return counter === 'error' ? [counter, `error:${errno}`] : [counter];
}

function isSkippedRelease({ counter, isSkipped }: Event): boolean {
  return counter === 'released' && isSkipped;
}

function sumWith(
  attributor: Attributor,
  kind: 'apps' | 'cgroups',
  rest: readonly MapCounts[],
): Record<string, number> {
  const { overflow, unknown } = attributor;
  return sumCounts([...attributor[kind].entries.values(), overflow, unknown, ...rest]);
}
