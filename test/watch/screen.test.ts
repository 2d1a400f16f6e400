import { describe, expect, test } from 'vitest';
import { widthOf } from '../../src/report/wrap.ts';
import { renderScreen, type ScreenOptions } from '../../src/watch/screen.ts';
import { START, takeNotice, takeUpdate, type WatchState } from '../../src/watch/state.ts';
import { buildUpdate, buildWindow, HOSTILE, narrow } from './updates.ts';

const SIZES = [
  [80, 24],
  [200, 60],
  [20, 5],
  [40, 12],
  [1, 1],
] as const;

function show(state: WatchState, different: Partial<ScreenOptions> = {}): string[] {
  const lines = renderScreen(state, {
    columns: 80,
    rows: 24,
    intervalSeconds: 2,
    isAscii: false,
    showTime: (ms) => new Date(ms).toISOString().slice(11, 19),
    ...different,
  });
  return lines.map(({ text, look }) => (look === 'plain' ? text : `${text}  <${look}>`));
}

/** A storm that begins after some quiet seconds. */
const STORM = [0, 0, 4, 10, 700, 1000, 900].reduce(
  (state, processes) => takeUpdate(state, buildUpdate(processes)),
  START,
);

const STATES: readonly (readonly [string, WatchState])[] = [
  ['before the first interval is over', START],
  ['in a storm', STORM],
  ['with a notice', takeNotice(STORM, `bpftrace ${HOSTILE} was started again`)],
  ['with a filter that is typed', { ...STORM, typed: `x${HOSTILE}` }],
  ['with a filter that nothing fits', { ...STORM, filter: 'nobody' }],
  ['with help', { ...STORM, isHelp: true }],
  ['that is paused', { ...STORM, paused: STORM.seen }],
  ['of services', { ...STORM, groups: 'services', sort: 'failed' }],
  ['without groups', takeUpdate(START, buildUpdate(5, { cgroups: null }))],
  ['that is narrowed', takeUpdate(START, { ...buildUpdate(5), report: narrow(buildWindow(5), 3) })],
  ['on which nothing happened', takeUpdate(START, buildUpdate(0, { verdict: [] }))],
];

describe.each(SIZES)('a screen of %i columns and %i rows', (columns, rows) => {
  test.each(STATES)('is as large, and no name is a command to it: %s', (_, state) => {
    for (const isAscii of [false, true]) {
      const options = { columns, rows, intervalSeconds: 2, isAscii, showTime: String };
      const lines = renderScreen(state, options);
      expect(lines).toHaveLength(rows);
      for (const { text } of lines) {
        expect(widthOf(text)).toBeLessThanOrEqual(columns);
        expect(text).not.toMatch(/\p{Cc}|\p{Cf}/u);
        if (isAscii) expect(text).toMatch(/^[ -~]*$/);
      }
    }
  });

  test('is this in a storm', async () => {
    const text = `${show(STORM, { columns, rows }).join('\n')}\n`;
    await expect(text).toMatchFileSnapshot(`screens/storm-${columns}x${rows}.txt`);
  });
});

test('the help names the keys', async () => {
  const text = `${show({ ...STORM, isHelp: true }).join('\n')}\n`;
  await expect(text).toMatchFileSnapshot('screens/help.txt');
});

test('what the screen shows is of the paused moment, while the rest goes on', () => {
  const before = takeUpdate(START, buildUpdate(5));
  const paused = takeUpdate({ ...before, paused: before.seen }, buildUpdate(999));
  const [head, ...body] = show(paused);
  const [, ...bodyBefore] = show(before);
  expect(head).toContain('PAUSED');
  expect(body.slice(0, -1)).toEqual(bodyBefore.slice(0, -1));
  expect(show({ ...paused, paused: undefined }).join('\n')).toContain('max 500');
});

test('the screen says to what it is narrowed', () => {
  const report = narrow(buildWindow(5), 3);
  const text = show(takeUpdate(START, { ...buildUpdate(5), report })).join('\n');
  expect(text).toContain('Narrowed to comm \\x1b[2J');
});

describe('programs', () => {
  /** What is shown of them, the first one first. */
  const programs = (state: Partial<WatchState>) => {
    const lines = show({ ...STORM, ...state }, { columns: 200, rows: 60 });
    const first = lines.findIndex((text) => text.includes('program'));
    return lines.slice(first + 1, lines.indexOf('', first));
  };

  test('are sorted by what is asked for', () => {
    expect(programs({})[0]).toContain('date');
    expect(programs({ sort: 'created' })[0]).toContain('storm.sh');
    expect(programs({ sort: 'failed' })[0]).toContain('日本語');
    expect(programs({ sort: 'threads' })[0]).toContain('\\x1b');
  });

  test('are those with a text in their name or cgroup, also while it is typed', () => {
    expect(programs({ filter: 'STORM' })).toEqual([expect.stringContaining('storm.sh')]);
    expect(programs({ filter: 'poll' })).toHaveLength(2);
    expect(programs({ filter: 'storm', typed: 'da' })).toEqual([expect.stringContaining('date')]);
  });
});

test('a notice is shown for a minute', () => {
  const noticed = takeNotice(takeUpdate(START, buildUpdate(1)), 'something broke');
  const later = (ms: number) => {
    const { window } = buildWindow(1);
    const start = new Date(Date.parse(window.start) + ms).toISOString();
    return show(takeUpdate(noticed, buildUpdate(1, { window: { ...window, start } }))).join('\n');
  };
  expect(later(59_000)).toContain('something broke');
  expect(later(60_000)).not.toContain('something broke');
  expect(show(takeNotice(START, 'at the start')).join('\n')).toContain('at the start');
});
