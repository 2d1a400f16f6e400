import { describe, expect, test } from 'vitest';
import { buildReport } from '../../../src/report/build-report.ts';
import { renderHtml } from '../../../src/report/html/document.ts';
import { buildClose, buildDiagnosis, buildObservation } from '../observation.ts';
import { buildHostileReport, buildHostileTimeline } from './hostile.ts';

const hostile = renderHtml(buildHostileReport(), buildHostileTimeline());

/** Elements that we write, by their names. */
const OURS =
  'html head meta title style body header main footer section h1 h2 h3 p div span ul li code time figure figcaption table thead tbody tr th td details summary svg rect path line text';

describe('a file of a report', () => {
  test('holds no element but ours, whatever names were chosen', () => {
    const names = [...hostile.matchAll(/<\/?([a-zA-Z!][^\s/>]*)/g)].map(([, name = '']) => name);
    const others = names.filter((name) => !OURS.split(' ').includes(name) && name !== '!DOCTYPE');
    expect(others).toEqual([]);
  });

  test('holds no attribute but ours', () => {
    const tags = [...hostile.matchAll(/<[a-z][^>]*>/g)].map(([tag]) =>
      tag.replace(/"[^"]*"/g, '""'),
    );
    const attributes = tags.flatMap((tag) =>
      [...tag.matchAll(/\s([^\s=]+)=?/g)].map(([, name = '']) => name),
    );
    expect(attributes.filter((name) => /^on|^style$|^src$|^href$/.test(name))).toEqual([]);
    expect(tags.filter((tag) => /'|`/.test(tag))).toEqual([]);
  });

  test('shows hostile names as text', () => {
    expect(hostile).toContain('&quot;&gt;&lt;img src=x o');
    expect(hostile).toContain('a\\x1b[31mred\\x07');
    expect(hostile).toContain('\\x202ereversed');
    expect(hostile).not.toMatch(/(?!\n)\p{Cc}|\p{Cf}/u);
  });

  test('asks for nothing: no address, no script, a policy that allows neither', () => {
    const [style = ''] = /<style>[^<]*<\/style>/.exec(hostile) ?? [];
    expect(style).not.toMatch(/url\(|@import|http/);
    expect(hostile).toMatch(
      /Content-Security-Policy" content="default-src 'none'; style-src 'sha256-[\w+/]+={0,2}';/,
    );
    expect(hostile).not.toContain('unsafe');
  });

  test('has each table in a head, with a scope for each title', () => {
    const tables = hostile.split('<table>').slice(1);
    expect(tables.length).toBeGreaterThan(10);
    for (const table of tables) {
      expect(table).toMatch(/<thead><tr><th scope="col"/);
      expect(table).toMatch(/<tbody>\n<tr><th scope="row"/);
    }
  });

  test('says in words what a chart shows', () => {
    expect(hostile).toMatch(
      /<svg role="img" aria-label="Failed forks over 10 s: [\d,]+ in all, [\d.]+ % of them by /,
    );
    expect(hostile.match(/<svg role="img"/g)).toHaveLength(3);
  });

  test('says that a chart is not whole', () => {
    expect(hostile).toContain('class="gap"');
    expect(hostile).toContain('bpftrace was started again where the chart is grey');
    expect(hostile).toContain('there were very many names');
  });

  test('of a quiet window is short, and says so first', () => {
    const quiet = renderHtml(buildReport(buildObservation()), null);
    expect(quiet).toContain('Nothing unusual.');
    expect(quiet).not.toContain('<svg role="img"');
    expect(quiet).toContain('How far to trust it');
  });

  test('shows as many rows as are asked for, and says how many more there are', () => {
    const forkers = Array.from({ length: 40 }, (_, i) => ({
      ...{ comm: `worker${i}x`, cgroup: '/', created: { processes: 1, threads: 0 }, processes: 1 },
      busiest: [],
    }));
    const report = buildReport(
      buildObservation({ close: buildClose({ diagnosis: buildDiagnosis({ forkers }) }) }),
    );
    expect(renderHtml(report, null).match(/worker\d+x/g)).toHaveLength(15);
    expect(renderHtml(report, null)).toContain('and 25 more');
    expect(renderHtml(report, null, 30).match(/worker\d+x/g)).toHaveLength(30);
  });
});

test('a column that tells nothing is left out', () => {
  const forker = { comm: 'worker', cgroup: '/', processes: 1, busiest: [] };
  const told = (threads: number) => {
    const forkers = [{ ...forker, created: { processes: 3, threads } }];
    const close = buildClose({ diagnosis: buildDiagnosis({ forkers }) });
    return renderHtml(buildReport(buildObservation({ close })), null);
  };
  expect(told(0)).not.toContain('>threads</th>');
  expect(told(2)).toContain('>threads</th>');
  expect(told(2)).not.toContain('>user</th>');
});
