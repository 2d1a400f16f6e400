import { expect, test } from 'vitest';
import { renderFamilies } from '../../src/exporter/render.ts';
import { buildReportFamilies } from '../../src/exporter/report-families.ts';
import { buildReport } from '../../src/report/build-report.ts';
import { buildApp, buildCgroup, buildScopes } from '../netdata/snapshots.ts';
import { buildClose, buildObservation, buildSnapshot } from '../report/observation.ts';

test('a report as metrics', async () => {
  const scopes = buildScopes({
    apps: [buildApp('ssh', { exec: 4 })],
    cgroups: [
      buildCgroup('/docker/web', { exec: 1 }),
      buildCgroup('/system.slice/x.service', { exec: 3 }),
    ],
  });
  const report = buildReport(
    buildObservation({
      wants: { apps: true, cgroups: true },
      open: buildSnapshot({ scopes: buildScopes() }),
      close: buildClose({ scopes, counters: { exec: 4, errors: { 11: 90 }, released: null } }),
    }),
  );
  const text = await renderFamilies(buildReportFamilies(report), 'openmetrics');
  await expect(text).toMatchFileSnapshot('texts/report.openmetrics.txt');
});
