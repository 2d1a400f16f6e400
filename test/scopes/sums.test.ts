import { expect, test } from 'vitest';
import { fc } from '../property.ts';
import { buildAttributor, type DumpParts, sumCounters, Taker, toRecord } from './dumps.ts';
import { encodeKey } from './keys.ts';

const SCALARS = ['process_created', 'exec', 'process_exited', 'thread_exited'];

const event = fc.record({
  id: fc.constantFrom(0, 10, 20, 30),
  parent: fc.constantFrom(1, 10, 20, 30),
  comm: fc.constantFrom('sh', 'nginx', 'x', '1234567\xff'),
  cgroup: fc.constantFrom('1', '2', '3', '100'),
  counter: fc.constantFrom(...SCALARS, 'error'),
  errno: fc.constantFrom(11, 12),
  /** The kernel's table was full: counted, but under no key. */
  isDropped: fc.boolean(),
});

type Event = Parameters<Parameters<typeof event.map>[0]>[0];

const dumps = fc.array(
  fc.record({
    events: fc.array(event, { maxLength: 10 }),
    /** bpftrace was started again before this dump, and so many ends were counted by nobody. */
    restart: fc.option(fc.nat(3)),
    /** Of the tasks that wait for it, so many are released; more are zombies of before. */
    released: fc.nat(12),
    zombies: fc.option(
      fc.record({ fresh: fc.array(fc.constantFrom(1, 2, 3, 100)), reaped: fc.nat(3) }),
    ),
  }),
  { maxLength: 10 },
);

test('for each counter the scopes and the two rests add up to the totals, at every dump', () => {
  fc.assert(
    fc.property(dumps, (all) => {
      const attributor = buildAttributor();
      const taker = new Taker(attributor);
      let [kernel, run, released, reaped] = [new Kernel(), 0, 0, 0];
      for (const dump of all) {
        if (dump.restart !== null) [kernel, run] = [new Kernel(), run + 1];
        for (const one of dump.events) kernel.count(one);
        released += dump.released;
        reaped = Math.max(reaped, dump.zombies?.reaped ?? 0);
        const fresh = (dump.zombies?.fresh ?? []).map((id) => ({
          id,
          parent: 1,
          comm: 'sh',
          startTicks: 1,
          hasThreads: false,
        }));
        const zombies = dump.zombies === null ? {} : { zombies: { fresh, reaped } };
        const { counters } = taker.take(kernel.print(), { run, released, ...zombies });
        const { apps, cgroups, dropped, unattributed } = attributor.state();
        const rests = [dropped, unattributed];
        const whole = toRecord(counters);
        expect(sumCounters([...apps.map((app) => app.counters), ...rests])).toEqual(whole);
        expect(sumCounters([...cgroups.map((one) => one.counters), ...rests])).toEqual(whole);
        for (const part of [...apps, ...cgroups].map((scope) => scope.counters).concat(rests)) {
          expect(Math.min(0, ...Object.values(toRecord(part)))).toBe(0);
        }
      }
    }),
  );
});

test('no scope and no rest ever falls', () => {
  fc.assert(
    fc.property(dumps, (all) => {
      const attributor = buildAttributor();
      const taker = new Taker(attributor);
      const kernel = new Kernel();
      let [released, before] = [0, new Map<string, Record<string, number>>()];
      for (const dump of all) {
        for (const one of dump.events) kernel.count(one);
        released += dump.released;
        taker.take(kernel.print(), { released });
        const { apps, cgroups, dropped, unattributed } = attributor.state();
        const now = new Map([
          ...apps.map(({ name, counters }) => [`app ${name}`, toRecord(counters)] as const),
          ...cgroups.map(({ key, counters }) => [`cgroup ${key}`, toRecord(counters)] as const),
          ['dropped', toRecord(dropped)],
          ['unattributed', toRecord(unattributed)],
        ]);
        for (const [name, counters] of before) {
          for (const [counter, count] of Object.entries(counters)) {
            expect(now.get(name)?.[counter] ?? 0, name).toBeGreaterThanOrEqual(count);
          }
        }
        before = now;
      }
    }),
  );
});

test('what is told to the listener adds up to the groups', () => {
  fc.assert(
    fc.property(dumps, (all) => {
      const told: Record<string, number> = {};
      const attributor = buildAttributor({
        onKey: ({ counter, index }, count) => {
          const name = counter === 'error' ? `error:${index}` : counter;
          told[name] = (told[name] ?? 0) + count;
        },
      });
      const taker = new Taker(attributor);
      const kernel = new Kernel();
      for (const { events } of all) {
        for (const one of events) kernel.count(one);
        taker.take(kernel.print());
      }
      const { apps } = attributor.state();
      expect(sumCounters(apps.map(({ counters }) => counters))).toEqual(told);
    }),
  );
});

/** What the program counts in the kernel, and what bpftrace prints of it. */
class Kernel {
  readonly #scalars: Record<string, number> = Object.fromEntries(SCALARS.map((name) => [name, 0]));
  readonly #errors: Record<string, number> = {};
  #keys = new Map<string, number>();

  count(one: Event): void {
    const { counter, errno } = one;
    if (counter === 'error') this.#errors[errno] = (this.#errors[errno] ?? 0) + 1;
    else this.#scalars[counter] = (this.#scalars[counter] ?? 0) + 1;
    if (one.isDropped) return;
    const key = encodeKey({ ...one, index: counter === 'error' ? errno : 0 });
    this.#keys.set(key, (this.#keys.get(key) ?? 0) + 1);
  }

  print(): DumpParts {
    const keys = [...this.#keys];
    this.#keys = new Map();
    return { scalars: { ...this.#scalars }, errors: { ...this.#errors }, keys };
  }
}
