import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { toLauncherProgram } from '../../src/bpftrace/launcher-request.ts';
import type { HostFacts } from '../../src/host/facts.ts';
import { buildPlan } from '../../src/plan/build-plan.ts';
import { isAttached } from '../../src/plan/plan.ts';
import { renderProgram } from '../../src/program/render.ts';
import { renderEveryProgram } from '../../src/session/every-program.ts';
import { completeSettings } from '../../src/settings/settings.ts';
import { readMachine } from '../machines.ts';

const settings = fc.record({
  loadMode: fc.constantFrom<'entry' | 'return'>('entry', 'return'),
  apps: fc.boolean(),
  cgroups: fc.boolean(),
  typeFormat: fc.constantFrom<'auto' | 'legacy' | 'co-re'>('auto', 'legacy', 'co-re'),
  coReTracing: fc.constantFrom<'trampoline' | 'probe'>('trampoline', 'probe'),
  mapsPerCore: fc.boolean(),
  pidTableSize: fc.integer({ min: 64, max: 4_194_304 }),
  realTime: fc.boolean(),
  updateEverySeconds: fc.integer({ min: 1, max: 60 }),
});

/** Which attached event fails next, and whether with its whole family: what `startSession` takes out. */
const failing = fc.array(fc.tuple(fc.nat(4), fc.boolean()), { maxLength: 4 });

/** Fast ones, each with other ways to attach. */
const SOME = ['debian-11', 'debian-sid', 'no-btf'];

describe.each(SOME)('%s', (name) => {
  const facts = readMachine(name);
  const texts = renderEveryProgram(facts);

  test('whatever a client asks for has been rendered', () => {
    fc.assert(
      fc.property(
        settings,
        fc.constantFrom<'socket' | 'setuid'>('socket', 'setuid'),
        fc.constantFrom<'first' | 'nested'>('first', 'nested'),
        failing,
        (some, privilege, pid, fails) => {
          const failures = new Map<string, string>();
          let own: HostFacts = { ...facts, privilege, failures };
          own = { ...own, namespaces: { ...facts.namespaces, pid } };
          for (const [at, withFamily] of [...fails, [0, true] as const]) {
            const plan = buildPlan(own, completeSettings(some));
            const attached = plan.events.filter(isAttached);
            if (attached.length === 0) return;
            const { text: programText, attachPoints } = renderProgram(plan);
            const { bpftrace } = facts;
            const program = toLauncherProgram({ bpftrace, programText, attachPoints });
            expect(texts.has(program)).toBe(true);
            const guilty = attached.filter(({ family }) => family !== 'tracepoint')[at];
            if (guilty === undefined) return;
            failures.set(withFamily ? guilty.family : guilty.candidate, 'it failed');
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  test('none is more than the launcher takes', () => {
    for (const text of texts) expect(Buffer.byteLength(text)).toBeLessThan(65_536);
  });
});
