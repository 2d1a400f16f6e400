import { refuse, renderAnswer } from '../../../src/netdata/functions/answer.ts';
import { CallReader } from '../../../src/netdata/functions/call.ts';
import { readWish } from '../../../src/netdata/functions/control.ts';
import { renderWords } from '../../../src/netdata/protocol.ts';
import { selectMetrics } from '../../../src/netdata/scope-metrics.ts';
import { ScopeUpdates } from '../../../src/netdata/scope-updates.ts';
import { NO_COUNTERS } from '../../builders.ts';
import { buildApp, buildCgroup, buildScopes } from '../../netdata/snapshots.ts';
import { findFaults } from '../../plugins-d/reader.ts';
import { readWords } from '../../plugins-d/words.ts';
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
      const [line = '', ...others] = renderWords([['CHART', ...words]]).split('\n');
      claim(others.length === 1, 'one line became more');
      const read = readWords(line);
      const written = ['CHART', ...words];
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
    name: 'calls of functions',
    seeds: seedsOf([
      'FUNCTION t1 10 "ebpf-processes enable:20"\nFUNCTION_CANCEL t1',
      "FUNCTION_PAYLOAD 'a-1' '5' 'x y=z' \n{}\nFUNCTION_PAYLOAD_END",
    ]),
    run: (input) => {
      const reader = new CallReader();
      for (const line of textOf(input).split('\n')) {
        const call = reader.take(line);
        if (call === undefined) continue;
        claim(/^[\w-]{1,64}$/.test(call.transaction), `a call named ${call.transaction}`);
        claim(call.name !== '', 'a call without a name');
        const [fault] = findFaults(renderAnswer(call.transaction, refuse(400, call.name), 0));
        claim(fault === undefined, fault ?? '');
        readWish(call.words);
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
        { apps: true, cgroups: true, isMonitored: true, charts: 'contract' },
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
      const text = updates.render(scopes, undefined) + updates.render(scopes, 1_000_000);
      const [fault] = findFaults(text);
      claim(fault === undefined, fault ?? '');
    },
  },
];
