import { describe, expect, test } from 'vitest';
import { type ClockSources, openKernelClock } from '../../src/host/kernel-clock.ts';

const HERE = { monotonic: 0n, boottime: 0n };
const STARTED_AT_MS = 1_795_000_000_000;

/** A machine of which the time goes on by 1 ms each time somebody looks at a clock. */
function openMachine(namespaceNs: ClockSources['namespaceNs'] = HERE) {
  let ranMs = 1_000_000;
  let suspendedMs = 0;
  let setByMs = 0;
  const step = () => BigInt(++ranMs) * 1_000_000n;
  const sources: ClockSources = {
    monotonicNs: () => step() + namespaceNs.monotonic,
    uptimeNs: () => {
      const ns = step() + BigInt(suspendedMs) * 1_000_000n + namespaceNs.boottime;
      return ns - (ns % 10_000_000n);
    },
    wallMs: () => STARTED_AT_MS + ranMs + suspendedMs + setByMs,
    namespaceNs,
  };
  return {
    sources,
    suspend: (ms: number) => {
      suspendedMs += ms;
    },
    setWallClock: (ms: number) => {
      setByMs += ms;
    },
    /** What `nsecs` shows. */
    bootMs: () => ranMs + suspendedMs,
    monotonicMs: () => ranMs,
  };
}

/** Steps that uptime and the looks at the clocks make. */
const EDGE_MS = 15;

describe('the clock of nsecs', () => {
  test('goes on with a suspend, before it is opened and after', () => {
    const machine = openMachine();
    machine.suspend(5_000);
    const clock = openKernelClock(true, machine.sources);
    expectNear(clock.nowNs() / 1e6, machine.bootMs());
    machine.suspend(60_000);
    expectNear(clock.nowNs() / 1e6, machine.bootMs());
    expectNear(Number(clock.wallOffsetNs) / 1e6, STARTED_AT_MS);
  });

  test('tells the wall clock time of its moments, also after that was set', () => {
    const machine = openMachine();
    machine.suspend(5_000);
    const clock = openKernelClock(true, machine.sources);
    expectNear(clock.wallMsAt(clock.nowNs() - 2e9), machine.sources.wallMs() - 2_000);
    machine.setWallClock(7_200_000);
    expectNear(clock.wallMsAt(clock.nowNs() - 2e9), machine.sources.wallMs() - 2_000);
  });

  test('stands still in a suspend where nsecs does', () => {
    const machine = openMachine();
    const clock = openKernelClock(false, machine.sources);
    machine.suspend(60_000);
    expectNear(clock.nowNs() / 1e6, machine.monotonicMs());
  });

  test('does not move where somebody sets the wall clock', () => {
    const machine = openMachine();
    const clock = openKernelClock(true, machine.sources);
    machine.setWallClock(-3_600_000);
    expectNear(clock.nowNs() / 1e6, machine.bootMs());
    machine.setWallClock(7_200_000);
    expectNear(clock.nowNs() / 1e6, machine.bootMs());
  });

  test('is the kernel’s own in a time namespace', () => {
    const machine = openMachine({ monotonic: 7_000_000_000n, boottime: -500_000_000_000n });
    const clock = openKernelClock(true, machine.sources);
    expectNear(clock.nowNs() / 1e6, machine.bootMs());
    machine.suspend(60_000);
    expectNear(clock.nowNs() / 1e6, machine.bootMs());
  });
});

test('a clock whose uptime stands still, or that has none, is opened at once and tells the time', () => {
  const machine = openMachine();
  const still = openKernelClock(true, { ...machine.sources, uptimeNs: () => 5_000_000_000n });
  expectNear(still.nowNs() / 1e6, machine.bootMs());
  const none = openKernelClock(true, { ...machine.sources, uptimeNs: undefined });
  expectNear(none.nowNs() / 1e6, machine.bootMs());
});

function expectNear(actual: number, expected: number): void {
  expect(Math.abs(actual - expected)).toBeLessThanOrEqual(EDGE_MS);
}
