import { ZodError } from 'zod';
import { DumpReader } from '../../../src/bpftrace/dumps.ts';
import { parseLine } from '../../../src/bpftrace/lines.ts';
import { TotalsBuilder } from '../../../src/counters/totals.ts';
import { Updates } from '../../../src/netdata/updates.ts';
import { renderProgram } from '../../../src/program/render.ts';
import { readSnapshot, writeSnapshot } from '../../../src/session/snapshot-schema.ts';
import { buildBpftrace, buildPlanFor, buildTotals } from '../../builders.ts';
import { readFixture, VERSIONS } from '../../fixtures.ts';
import { buildApp, buildCgroup, buildScopes, buildSnapshot } from '../../netdata/snapshots.ts';
import { PluginReader } from '../../plugins-d/reader.ts';
import { buildAttributor } from '../../scopes/dumps.ts';
import { claim, seedsOf, type Target, textOf } from '../target.ts';

const PLAN = buildPlanFor({ bpftrace: buildBpftrace('0.17.0') }, 'return', {
  apps: true,
  cgroups: true,
});
const { layout } = renderProgram(PLAN);

const SNAPSHOT = writeSnapshot(
  buildSnapshot(
    buildTotals({ exec: 4, errors: { '11': 3 } }),
    buildScopes({ apps: [buildApp('ssh')], cgroups: [buildCgroup('/system.slice/x.service')] }),
  ),
);

export const SESSION_TARGETS: readonly Target[] = [
  {
    name: 'from dumps to charts',
    seeds: seedsOf(
      VERSIONS.map((version) => readFixture(`streams/${version}-session.ndjson`).slice(0, 4_000)),
    ),
    longest: 6_000,
    share: 0.1,
    run: (input) => {
      const reader = new DumpReader();
      const builder = new TotalsBuilder(PLAN);
      const attributor = buildAttributor({ plan: PLAN });
      const updates = new Updates(PLAN, {
        updateEverySeconds: 1,
        apps: true,
        cgroups: true,
        isMonitored: true,
        charts: 'contract',
      });
      const agent = new PluginReader();
      for (const text of textOf(input).split('\n')) {
        const dump = reader.push(parseLine(text, layout));
        if (dump === undefined) continue;
        const totals = builder.next({ dump, run: 0, misses: undefined, tasks: undefined });
        attributor.take(dump, totals, dump.period * 1_000);
        const snapshot = buildSnapshot(totals, attributor.state());
        agent.take(updates.take(snapshot)?.text ?? '');
      }
      const [fault] = agent.end().faults;
      claim(fault === undefined, fault ?? '');
    },
  },
  {
    name: 'snapshots',
    seeds: seedsOf([SNAPSHOT]),
    longest: 6_000,
    run: (input) => {
      try {
        writeSnapshot(readSnapshot(input.toString('utf8')));
      } catch (error) {
        if (!(error instanceof ZodError || error instanceof SyntaxError)) throw error;
      }
    },
  },
];
