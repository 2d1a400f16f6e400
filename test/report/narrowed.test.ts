import { describe, expect, test } from 'vitest';
import { buildReport } from '../../src/report/build-report.ts';
import { renderHtml } from '../../src/report/html/document.ts';
import { renderPage } from '../../src/report/page.ts';
import type { Style } from '../../src/report/page-table.ts';
import type { Wanted } from '../../src/scopes/narrow/wanted.ts';
import { buildPlanFor } from '../builders.ts';
import {
  buildClose,
  buildCounters,
  buildDiagnosis,
  buildObservation,
  buildScopesState,
  buildSnapshot,
} from './observation.ts';

const PLAIN: Style = (_, text) => text;

/** Of 100 created processes and 50 execs, those that are wanted did so many since the window opened. */
function build(wanted: Wanted, created: number, dropped = 0) {
  const narrowed = (process_created: number) => {
    const counters = buildCounters({ process_created, exec: process_created, released: null });
    const app = { name: 'web', isHidden: false, counters };
    return { total: counters, apps: [app], cgroups: [] };
  };
  return buildReport(
    buildObservation({
      wanted,
      plan: buildPlanFor({}, 'return', { apps: true, cgroups: true }),
      wants: { apps: true, cgroups: false },
      open: buildSnapshot({ scopes: buildScopesState(), narrowed: narrowed(7) }),
      close: buildClose({
        counters: { process_created: 100, exec: 50 },
        scopes: buildScopesState({ dropped: buildCounters({ exec: dropped }) }),
        narrowed: narrowed(7 + created),
        diagnosis: buildDiagnosis({ lifetimes: [3, 0, 0, 1, 0, 0, 0] }),
      }),
    }),
  );
}

describe('a report that is narrowed', () => {
  test('has the counters of those alone, beside those of the whole machine', () => {
    const report = build({ comm: 'nginx' }, 25);
    expect(report.narrowed).toMatchObject({
      ...{ comm: 'nginx', user: null, cgroup: null, pid: null, notes: [] },
      counters: { process_created: 25, exec: 25, released: null },
    });
    expect(report.system).toMatchObject({ process_created: 100, exec: 50 });
    expect(report.apps).toMatchObject([{ name: 'web', process_created: 25 }]);
  });

  test('says to what, and which share of the whole that is', () => {
    const page = renderPage(build({ comm: 'nginx', user: { name: 'www', id: 33 } }, 25), PLAIN);
    expect(page.replaceAll('\n', ' ')).toContain(
      'Narrowed to comm nginx, user www: 25 of 100 (25 %) created, 25 of 50 (50 %) execs, 75 % lived under 100 ms',
    );
    expect(page.match(/lived under 100 ms/g)).toHaveLength(1);
  });

  test('says what may be missing from it', () => {
    expect(build({ pid: 77 }, 25, 3).narrowed?.notes).toEqual([
      'what was handed on to another parent, because its own had ended, does not descend from 77 any more',
      '3 events of the machine are known of nobody, and may be missing here',
    ]);
  });

  test('of those who did nothing is one sentence', () => {
    const report = build({ cgroup: '/web\x1b' }, 0);
    const sentence =
      'Nothing was done by cgroup /web\\x1b and below in 10.0 s; the whole machine created 100 tasks';
    expect(renderPage(report, PLAIN).replaceAll('\n', ' ')).toBe(`${sentence} `);
    expect(renderHtml(report, null)).toContain(`<p>${sentence}</p>`);
  });
});
