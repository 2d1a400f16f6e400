import { renderWords } from '../../../src/netdata/protocol.ts';
import { selectMetrics } from '../../../src/netdata/scope-metrics.ts';
import { ScopeUpdates } from '../../../src/netdata/scope-updates.ts';
import { NO_COUNTERS } from '../../builders.ts';
import { buildApp, buildCgroup, buildScopes } from '../../netdata/snapshots.ts';
import { readLines } from '../netdata-lines.ts';
import { claim, seedsOf, type Target, textOf } from '../target.ts';

/** What the protocol cannot carry, and what takes its place. */
const LOOSE = /[\p{Cc}\\/"'_ ]/gu;

export const NETDATA_TARGETS: readonly Target[] = [
  {
    name: 'words of plugins.d',
    seeds: seedsOf([
      'CHART\nsystem.exit\n\na title\ncalls/s',
      "SET\nit's\n7",
      'DIMENSION\n"\'\na=b\\\n',
    ]),
    run: (input) => {
      const words = input.toString('utf8', 0, 3_000).split('\n').slice(0, 13);
      const [read = [], ...others] = readLines(renderWords([['CHART', ...words]]));
      claim(others.length === 0, 'one line became more');
      const written = ['CHART', ...words.filter((word) => word !== '=')];
      claim(read.length === written.length, `${written.length} words became ${read.length}`);
      for (const [i, word] of written.entries()) {
        claim(
          read[i]?.replace(LOOSE, '?') === word.replace(LOOSE, '?'),
          `${word} became ${read[i]}`,
        );
      }
    },
  },
  {
    name: 'names in charts',
    seeds: seedsOf([
      'ssh\n/system.slice/x.service',
      'a \'b\'\n/docker/"c"',
      'caf\xc3\xa9\n/\xff=\\',
    ]),
    share: 0.1,
    run: (input) => {
      const names = textOf(input).split('\n', 20);
      const updates = new ScopeUpdates(
        selectMetrics(NO_COUNTERS),
        { apps: true, cgroups: true },
        1,
      );
      const scopes = buildScopes({
        apps: [...new Set(names)].map((name) => buildApp(name, { exec: 1 })),
        cgroups: [...new Set(names)].map((name, i) => ({
          ...buildCgroup(`/c${i}`, { process_created: i }),
          // No directory has a longer name.
          name: name.slice(0, 255),
          kind: i % 2 === 0 ? 'cgroup' : 'service',
        })),
      });
      for (const elapsedUs of [undefined, 1_000_000]) {
        for (const [word, ...rest] of readLines(updates.render(scopes, elapsedUs))) {
          const most = {
            CHART: 12,
            DIMENSION: 6,
            BEGIN: 2,
            SET: 2,
            END: 0,
            CLABEL: 3,
            CLABEL_COMMIT: 0,
          };
          const allowed = most[word as keyof typeof most];
          claim(allowed !== undefined, `a line begins with ${word}`);
          claim(rest.length <= allowed, `${word} has ${rest.length} words`);
        }
      }
    },
  },
];
