import { beforeEach, expect, test } from 'vitest';
import { addReleased, type Totals } from '../../src/counters/totals.ts';
import type { Attributor } from '../../src/scopes/attributor.ts';
import { PendingReleases } from '../../src/session/pending-releases.ts';
import { buildSample } from '../builders.ts';
import { buildAttributor, buildDump, type DumpParts } from '../scopes/dumps.ts';

const SECOND = 1e9;

/** Three tasks of a name that no process of this machine has. */
const ENDED = { comm: 'nginx-gone', cgroup: '2', counter: 'process_exited' };
const RELEASED = { ...ENDED, counter: 'released' };

/** A watch whose dumps come as fast as they are asked for, a second of the kernel's clock apart. */
class FakeWatch {
  latest: Totals;
  readonly clock = { wallOffsetNs: 0n, nowNs: () => this.latest.kernelNs };
  readonly #attributor: Attributor;
  readonly #dumps: readonly DumpParts[];
  #next = 0;

  constructor(attributor: Attributor, open: Totals, dumps: readonly DumpParts[]) {
    this.#attributor = attributor;
    this.latest = open;
    this.#dumps = dumps;
  }

  async nextSample(): Promise<void> {
    const { kernelNs, counters } = this.latest;
    const dump = this.#dumps[this.#next] ?? {};
    const last = this.#dumps.slice(0, this.#next + 1).findLast(({ scalars }) => scalars)?.scalars;
    this.#next += 1;
    this.latest = {
      ...this.latest,
      kernelNs: kernelNs + SECOND,
      counters: { ...counters, ...last },
    };
    this.#attributor.take(buildDump({ kernelNs: kernelNs + SECOND, ...dump }), 0, 0);
  }

  assumeReleased(count: number): void {
    this.latest = addReleased(this.latest, count);
  }
}

let attributor: Attributor;
beforeEach(() => {
  attributor = buildAttributor();
});

async function settle(dumps: readonly DumpParts[], interruptedAfter = Number.POSITIVE_INFINITY) {
  const open = buildSample({});
  const watch = new FakeWatch(attributor, open, [
    { scalars: { process_exited: 3, released: 0 }, keys: [[ENDED, 3]] },
    ...dumps,
  ]);
  const pending = new PendingReleases(watch, open, [], attributor);
  await watch.nextSample();
  attributor.close();
  const countSeconds = () => (watch.latest.kernelNs - open.kernelNs) / SECOND - 1;
  await pending.settle(() => countSeconds() >= interruptedAfter);
  const seconds = countSeconds();
  return { seconds, unseen: pending.unseen, released: watch.latest.counters.released };
}

test('nothing is waited for where all are released', async () => {
  const dumps = [{ scalars: { process_exited: 3, released: 3 }, keys: [[RELEASED, 3]] }] as const;
  expect(await settle(dumps)).toEqual({ seconds: 1, unseen: 0, released: 3 });
});

test('releases that come late are waited for', async () => {
  const dumps: DumpParts[] = [
    {},
    { scalars: { process_exited: 3, released: 2 }, keys: [[RELEASED, 2]] },
    ...Array.from({ length: 8 }, () => ({})),
    { scalars: { process_exited: 3, released: 3 }, keys: [[RELEASED, 1]] },
  ];
  expect(await settle(dumps)).toEqual({ seconds: 11, unseen: 0, released: 3 });
});

test('tasks that are gone without a release are released after all, and told', async () => {
  const dumps = [{ scalars: { process_exited: 3, released: 1 }, keys: [[RELEASED, 1]] }] as const;
  expect(await settle(dumps)).toEqual({ seconds: 13, unseen: 2, released: 3 });
  expect(attributor.apps.entries.get('web')?.maps.get('released')).toBe(3);
});

test('an interrupt ends the waiting, and what is not seen by then is not counted', async () => {
  expect(await settle([], 4)).toMatchObject({ seconds: 4, unseen: 0 });
});
