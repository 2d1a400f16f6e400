import { describe, expect, test } from 'vitest';
import type { Counters } from '../../src/counters/counters.ts';
import { buildCharts } from '../../src/netdata/charts.ts';
import { APPS, GroupedCharts, SERVICES } from '../../src/netdata/grouped-charts.ts';
import { PerScopeCharts } from '../../src/netdata/per-scope-charts.ts';
import { renderChartDefinitions, renderObsolete, toChartLine } from '../../src/netdata/protocol.ts';
import { CGROUPS } from '../../src/netdata/scope-kinds.ts';
import { SCOPE_METRICS } from '../../src/netdata/scope-metrics.ts';
import { buildCounts } from './snapshots.ts';

const WISHES = { charts: 'contract', isMonitored: true } as const;

test('an obsolete chart is all that it was, and obsolete', () => {
  const charts = buildCharts(buildCounts(), WISHES);
  const introduced = renderChartDefinitions(charts, 5)
    .split('\n')
    .filter((line) => line.startsWith('CHART '));
  expect(renderObsolete(charts.map((chart) => toChartLine(chart, 5))).split('\n')).toEqual([
    ...introduced.map((line) => line.replace(" 5 '' ", ' 5 obsolete ')),
    '',
  ]);
});

test('no charts, no lines', () => {
  expect(renderObsolete([])).toBe('');
});

describe('charts of app groups', () => {
  test('become obsolete, all of them', () => {
    const charts = new GroupedCharts(APPS, SCOPE_METRICS, 1);
    const introduced = charts.render(
      [{ name: 'web', label: 'web', isHidden: false, isGone: false, counters: counters(1) }],
      undefined,
    );
    expect(charts.renderObsolete()).toBe(obsoleteOf(introduced));
    expect(charts.renderObsolete()).toMatch(
      /^(CHART apps\.\w+ .* 1 obsolete ebpf\.plugin process\n){5}$/,
    );
  });

  test('of which Netdata knows nothing do not', () => {
    expect(new GroupedCharts(APPS, SCOPE_METRICS, 1).renderObsolete()).toBe('');
  });
});

describe('the dimension of a service', () => {
  const service = (name: string, count: number, isGone = false) => ({
    ...{ name, label: name, isHidden: false, isGone, counters: counters(count) },
  });
  const updates = (
    charts: GroupedCharts,
    scopes: Parameters<GroupedCharts['render']>[0],
    n: number,
  ) => Array.from({ length: n }, () => charts.render(scopes, 1)).join('');

  test('goes when it was gone and quiet for ten updates, and goes on from there when it comes back', () => {
    const charts = new GroupedCharts(SERVICES, SCOPE_METRICS, 1);
    const web = service('web', 7);
    charts.render([web, service('cron', 3)], undefined);
    const gone = [web, service('cron', 3, true)];
    expect(updates(charts, gone, 10)).not.toContain('obsolete');
    const over = charts.render(gone, 1);
    expect(over).toContain('DIMENSION cron cron incremental 1 1 obsolete\nBEGIN services.');
    expect(over).not.toContain('SET cron');
    expect(over).toContain('SET web = 7');
    expect(charts.render(gone, 1)).not.toContain('cron');
    const back = charts.render([web, service('cron', 5)], 1);
    expect(back).toContain('DIMENSION cron cron incremental 1 1\n');
    expect(back).toContain(
      'SET web = 7\nSET cron = 3\nEND\nBEGIN services.process_create 1\nSET cron = 5\nEND\n',
    );
    expect(charts.render([web, service('cron', 5)], 1)).toContain('SET cron = 5');
  });

  test('that is back within ten updates stays', () => {
    const charts = new GroupedCharts(SERVICES, SCOPE_METRICS, 1);
    charts.render([service('cron', 3)], undefined);
    for (let i = 0; i < 5; i += 1) {
      expect(updates(charts, [service('cron', 3, true)], 10)).not.toContain('obsolete');
      expect(updates(charts, [service('cron', 3)], 1)).toContain('SET cron = 3');
    }
  });

  test('takes the charts with it where it was the only one', () => {
    const charts = new GroupedCharts(SERVICES, SCOPE_METRICS, 1);
    const introduced = charts.render([service('cron', 3)], undefined);
    updates(charts, [service('cron', 3, true)], 10);
    expect(charts.render([service('cron', 3, true)], 1)).toBe(obsoleteOf(introduced));
    expect(updates(charts, [service('cron', 3, true)], 3)).toBe('');
    expect(charts.render([service('cron', 4)], 1)).toContain('BEGIN services.process_create\n');
  });

  test('is forgotten when 256 others went after it', () => {
    const charts = new GroupedCharts(SERVICES, SCOPE_METRICS, 1);
    const all = Array.from({ length: 258 }, (_, i) => service(`unit${i}`, 1, true));
    updates(charts, all, 11);
    expect(charts.takeForgotten()).toEqual(['unit0', 'unit1']);
    expect(charts.takeForgotten()).toEqual([]);
  });
});

describe('charts of a cgroup', () => {
  const web = {
    key: 'cgroup_web',
    name: 'web',
    isLive: true,
    isHidden: false,
    counters: counters(1),
  };
  const db = { ...web, key: 'cgroup_db' };

  test('become obsolete when it is gone and its last counts are published, and come back', () => {
    const charts = new PerScopeCharts(CGROUPS.contract, SCOPE_METRICS, 1);
    const introduced = charts.render([web], 1);
    const gone = { ...web, isLive: false };
    // Once more, because Netdata stores a count with the update after it.
    expect(charts.render([gone], 1)).toContain(
      'BEGIN cgroup_web.process_create 1\nSET process = 1\n',
    );
    expect(charts.render([gone], 1)).toBe(obsoleteOf(introduced));
    expect(charts.render([gone], 1)).toBe('');
    expect(charts.render([{ ...web, counters: counters(2) }], 1)).toContain(
      'BEGIN cgroup_web.process_create\nSET process = 1\nEND\n' +
        'BEGIN cgroup_web.process_create 1\nSET process = 2\nEND\n',
    );
  });

  test('become obsolete with the plugin, those that are shown', () => {
    const charts = new PerScopeCharts(CGROUPS.contract, SCOPE_METRICS, 1);
    const introduced = charts.render([web, db], undefined);
    charts.render([web, db], 1);
    expect(charts.renderObsolete()).toBe(obsoleteOf(introduced));
    for (let i = 0; i < 2; i += 1) charts.render([{ ...web, isLive: false }, db], 1);
    expect(charts.renderObsolete()).not.toContain('cgroup_web');
  });
});

/** The CHART lines of a text, as those of charts that are obsolete. */
function obsoleteOf(text: string): string {
  return text
    .split('\n')
    .filter((line) => line.startsWith('CHART '))
    .map((line) => `${line.replace(" 1 '' ", ' 1 obsolete ')}\n`)
    .join('');
}

function counters(created: number): Counters {
  return buildCounts({ process_created: created });
}
