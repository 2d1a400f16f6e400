import { describe, expect, test } from 'vitest';
import type { CommandObservation } from '../../src/report/build-command.ts';
import { buildReport, type Observation } from '../../src/report/build-report.ts';
import { type PageOptions, renderPage, renderPlan } from '../../src/report/page.ts';
import type { Style } from '../../src/report/page-table.ts';
import type { Report } from '../../src/report/report.ts';
import type { CommandState } from '../../src/scopes/command/scope.ts';
import { anyText } from '../any-text.ts';
import { ABSENT_COUNTERS, buildPlanFor, NO_LOSS } from '../builders.ts';
import { fc } from '../property.ts';
import {
  buildClose,
  buildCommandObservation,
  buildCommandState,
  buildCounters,
  buildDiagnosis,
  buildObservation,
  buildScopesState,
  buildSnapshot,
  type SnapshotParts,
} from './observation.ts';

const PLAIN: Style = (_, text) => text;
const WHOLE: PageOptions = { top: 10, isVerbose: true };
const TAGGED: Style = (format, text) => (text === '' ? '' : `<${format}>${text}</${format}>`);

describe('the page', () => {
  test.each<[string, Report]>([
    ['busy', buildBusyReport()],
    ['absent', buildAbsentReport()],
  ])('of a %s machine', async (name, report) => {
    await expect(renderPage(report, PLAIN, WHOLE)).toMatchFileSnapshot(`pages/${name}.txt`);
    await expect(renderPage(report, PLAIN)).toMatchFileSnapshot(`pages/${name}-brief.txt`);
  });

  test('marks what is to stand out', () => {
    const page = renderPage(buildBusyReport(), TAGGED, WHOLE);
    expect(page).toContain('<bold>Whole machine, 10.0 s from 2026-11-22T12:00:00.250Z');
    expect(page).toContain('<red>99.000 % complete</red>');
    expect(page).toContain('<yellow>2 lost messages of bpftrace');
  });

  test('has no space at the end of a line', () => {
    for (const line of renderPage(buildBusyReport(), PLAIN, WHOLE).split('\n')) {
      expect(line).toBe(line.trimEnd());
    }
  });

  test('of a window without time has no rates', () => {
    const close = buildSnapshot({ counters: { exec: 3 } });
    expect(render({ close })).toMatch(/^execs +3 +-$/m);
  });

  test('names what was dropped and what is unattributed, under app groups and cgroups alike', () => {
    const scopes = buildScopesState({
      dropped: buildCounters({ exec: 4 }),
      unattributed: buildCounters({ exec: 7 }),
    });
    const page = render({
      wants: { apps: true, cgroups: true },
      open: buildSnapshot({ scopes: buildScopesState() }),
      close: buildClose({ scopes }),
    });
    expect(page.match(/^dropped +4$/gm)).toHaveLength(2);
    expect(page.match(/^unattributed +7$/gm)).toHaveLength(2);
  });
});

describe('the audit', () => {
  test.each<[string, SnapshotParts, string]>([
    [
      'agrees',
      { counters: { process_created: 10 }, kernel: { created: { low: 10, high: 10 } } },
      '100 % complete: 10 created tasks counted, the kernel created 10',
    ],
    [
      'agrees within the bounds',
      { counters: { process_created: 1000 }, kernel: { created: { low: 999, high: 1002 } } },
      '100 % complete: 1,000 created tasks counted, the kernel created 999 to 1,002',
    ],
    [
      'says how much is missing',
      { counters: { process_created: 995 }, kernel: { created: { low: 1000, high: 1002 } } },
      '99.500 % complete: 995 created tasks counted, the kernel created 1,000 to 1,002',
    ],
    [
      'adds what the kernel says it missed',
      {
        counters: { process_created: 995 },
        missed: { create: 5 },
        kernel: { created: { low: 1000, high: 1000 } },
      },
      '100 % complete: 1,000 created tasks counted, the kernel created 1,000',
    ],
    [
      'is no audit where the bounds are too far apart',
      { counters: { process_created: 3 }, kernel: { created: { low: 2, high: 5 } } },
      'not checked: 3 created tasks counted, the kernel created 2 to 5',
    ],
    [
      'is not made without the numbers of the kernel',
      { counters: { process_created: 3 }, kernel: null },
      'not checked: the kernel does not say how many tasks it created',
    ],
    [
      'is not made where creations are absent',
      {
        counters: { process_created: null, thread_created: null },
        kernel: { created: { low: 5, high: 5 } },
      },
      'not checked: created tasks are not counted, the kernel created 5',
    ],
  ])('%s', (_, close, words) => {
    expect(render({ close: buildClose(close) })).toContain(`\naudit  ${words}\n`);
  });
});

describe('the balance', () => {
  const even = { counters: { process_exited: 7, thread_exited: 3, released: 8 } };
  const close = (zombies: number | null) => buildClose({ ...even, kernel: { zombies } });

  test('is shown in the whole page only', () => {
    const report = buildReport(buildObservation({ close: close(2) }));
    const line = '\nbalance  10 exited, 8 released, zombies +2\n';
    expect(renderPage(report, PLAIN, WHOLE)).toContain(line);
    expect(renderPage(report, PLAIN)).not.toContain('balance');
  });

  test('is no note where it holds', () => {
    expect(render({ close: close(2) })).not.toMatch(/^note /m);
  });

  test.each([
    [
      1,
      '1 task exited and is neither released nor a zombie: the kernel may still be tearing it down',
      'zombies +1: they differ by 1',
    ],
    [
      -1,
      '3 tasks exited and are neither released nor zombies: the kernel may still be tearing them down',
      'zombies -1: they differ by 3',
    ],
    [
      4,
      '2 more tasks were released or became zombies than exited: exits were missed, or were before the window',
      'zombies +4: they differ by 2',
    ],
  ])('is a note, without -v too, where it does not hold: zombies %i', (zombies, words, line) => {
    const note = `\nnote   ${words} (10 exited, 8 released, ${zombies} more zombies)\n`;
    expect(render({ close: close(zombies) }, {}).replaceAll('\n', ' ')).toContain(words);
    const page = render({ close: close(zombies) });
    expect(page).toContain(note);
    expect(page).toContain(`balance  10 exited, 8 released, ${line}\n`);
  });

  test('is not checked where nobody looked for zombies', () => {
    const page = render({ close: close(null) }, WHOLE);
    expect(page).toContain('balance  not checked: exits, releases or zombies are not counted');
    expect(page).not.toMatch(/^note /m);
  });
});

describe('the losses', () => {
  test.each<[string, SnapshotParts, string]>([
    ['are none', {}, 'none'],
    ['are named', { loss: { ...NO_LOSS, lostDumps: 1_000 } }, '1,000 lost dumps'],
    ['are of one event', { missed: { exec: 3 } }, 'execs: 3 missed by the kernel'],
    ['may be unknown', { knowsMissed: false }, 'what the kernel missed cannot be read'],
  ])('%s', (_, close, words) => {
    expect(render({ close: buildClose(close) })).toContain(`\nloss   ${words}\n`);
  });
});

test('the short page tells the same losses, and what is not known of them', () => {
  const loss = { ...NO_LOSS, lostDumps: 1 };
  const close = buildClose({ loss, knowsMissed: false });
  const page = render({ close }, {});
  expect(page).toContain('\nlost: 1 lost dump\n');
  expect(page).toContain('\nmissed events: not known, what the kernel missed cannot be read\n');
  expect(page).not.toContain('exactly');
});

describe('the short page', () => {
  /** More than can be shown. */
  function buildSick(): Report {
    const names = Array.from({ length: 9 }, (_, i) => `worker-${i}`);
    const programs = names.map((comm, i) => ({
      comm,
      cgroup: `/system.slice/a-rather-long-name-of-a-service-${i}.service`,
      execs: 30,
      exited: 30,
      failures: [{ exitCode: 11, count: 30 }],
      parents: [{ id: 7, execs: 30, failed: 30 }],
    }));
    const person = { user: 'www', line: ['sh', 'x'.repeat(200)], ancestors: [] };
    return buildReport(
      buildObservation({
        plan: buildPlanFor({}, 'return', { apps: true }),
        wants: { apps: true, cgroups: true },
        close: buildClose({
          diagnosis: buildDiagnosis({
            programs,
            forkers: [],
            people: [{ id: 7, comm: 'sh', ...person }],
            zombieParents: names.map((comm, id) => ({
              id: id + 10,
              comm,
              cgroup: null,
              children: 200,
              newChildren: 100,
              oldestTicks: 0,
            })),
          }),
        }),
      }),
    );
  }

  test.each([
    [80, 24],
    [100, 24],
    [200, 60],
  ])('fits on a terminal of %i columns and %i lines', (columns, lines) => {
    const page = renderPage(buildSick(), PLAIN, { columns, lines }).trimEnd().split('\n');
    expect(page.length).toBeLessThan(lines);
    // A command is there to be copied: it stands on one line, however long.
    const folded = page.filter((line) => !line.trim().startsWith('next: '));
    for (const line of folded) expect([...line].length).toBeLessThanOrEqual(columns);
    // What is wrong and what to do is on it in any case.
    expect(page.filter((line) => line.startsWith('! '))).not.toEqual([]);
    expect(page.filter((line) => line.trim().startsWith('next: '))).not.toEqual([]);
  });

  test('keeps names apart that it shortens', () => {
    const page = renderPage(buildSick(), PLAIN).split('\n');
    const rows = page.filter((line) => /^ +30 +30 +worker/.test(line));
    expect(rows.length).toBeGreaterThan(1);
    expect(new Set(rows.map((row) => row.split(/ {2,}/).at(-1))).size).toBe(rows.length);
  });
});

describe('the words of a command', () => {
  test.each([
    ['\u001b[31mred', "$'\\x1b[31mred'"],
    ['a\nb', "$'a\\x0ab'"],
    ['\u009b2J', "$'\\xc2\\x9b2J'"],
    ['\u007f', "$'\\x7f'"],
    ['été', "'été'"],
    ['kill -9 $$', "'kill -9 $$'"],
  ])('%j are shown as %s', (word, shown) => {
    expect(pageOf([word])).toContain(`meanwhile: ${shown} (exit code 0, 1.00 s)\n`);
  });

  test('cannot make the terminal do anything', () => {
    fc.assert(
      fc.property(fc.array(anyText, { minLength: 1 }), (argv) => {
        expect(pageOf(argv).replaceAll('\n', '')).not.toMatch(/\p{Cc}/u);
      }),
      { numRuns: 30 },
    );
  });

  test('cannot add a line', () => {
    const lines = (argv: string[]) => pageOf(argv).split('\n').length;
    expect(lines(['a\nb\r\nc', '\u2028'])).toBe(lines(['a']));
  });
});

test('what a command did comes first, in all and by command name', () => {
  const page = render({
    open: buildSnapshot({ command: buildCommandState() }),
    close: buildClose({
      command: buildCommandState({
        total: buildCounters({ exec: 5 }),
        comms: [{ name: 'cc\x1b', counters: buildCounters({ exec: 4 }) }],
      }),
    }),
    command: buildCommandObservation({ argv: ['make', '-j2'], exitCode: 2 }),
  });
  expect(page).toMatch(/^make -j2: exit code 2, 1\.00 s\n\nthe command +execs/);
  expect(page).toMatch(/^all of it +5$/m);
  expect(page).toMatch(/^cc\\x1b +4$/m);
  expect(page).not.toContain('meanwhile');
});

describe('the head of a command says', () => {
  test.each<[string, Partial<CommandObservation>, string]>([
    ['how it ended', { exitCode: 3 }, 'true: exit code 3, 1.00 s'],
    [
      'what killed it',
      { exitCode: 137, signal: { number: 9, name: 'KILL' } },
      'true: killed by signal 9 (KILL), exit code 137, 1.00 s',
    ],
    ['whom it ran as', { user: 'ann\x1b' }, 'true, as ann\\x1b: exit code 0, 1.00 s'],
    [
      'that nobody waited for its end',
      { exitCode: 130, isRunning: true },
      'true: still running after 1.00 s',
    ],
  ])('%s', (_, different, head) => {
    const page = render({
      open: buildSnapshot({ command: buildCommandState() }),
      close: buildClose({ command: buildCommandState() }),
      command: buildCommandObservation(different),
    });
    expect(page.split('\n')[0]).toBe(head);
  });
});

test('a command that a real-time signal ended did not exit with 0, as Node.js has it', () => {
  const page = render({
    open: buildSnapshot({ command: buildCommandState() }),
    close: buildClose({ command: buildCommandState({ exitCode: 35 }) }),
    command: buildCommandObservation(),
  });
  expect(page.split('\n')[0]).toBe('true: killed by signal 35 (RTMIN+1), exit code 163, 1.00 s');
});

describe('what a command did is said to be', () => {
  const dropped = { dropped: buildCounters({ exec: 4 }) };
  test.each<[string, Partial<CommandState>, RegExp]>([
    ['all of it', {}, /^all of it +5$/m],
    [
      'all of it where the table was full: the total needs no room there',
      dropped,
      /^all of it +5$/m,
    ],
    ['with what stands under no name', dropped, /^dropped +4$/m],
    ['a part where something may have escaped', { unmarked: 2 }, /^at least +5$/m],
  ])('%s', (_, state, line) => {
    const total = buildCounters({ exec: 5 });
    const page = render({
      open: buildSnapshot({ command: buildCommandState() }),
      close: buildClose({
        counters: { process_created: 40 },
        command: buildCommandState({ total, ...state }),
      }),
      command: buildCommandObservation(),
    });
    expect(page).toMatch(line);
  });
});

test('a plan says why an event is absent, and which candidates were not taken', () => {
  expect(renderPlan(buildAbsentReport().plan, PLAIN)).toContain(
    'this kernel has no tracepoint task:task_newtask',
  );
  const { plan } = buildReport(buildObservation());
  expect(renderPlan(plan, PLAIN)).toMatch(/^ +not taken +error\.fexit: /m);
});

function render(different: Partial<Observation>, options = WHOLE): string {
  return renderPage(buildReport(buildObservation(different)), PLAIN, options);
}

function pageOf(argv: string[]): string {
  return render({ command: buildCommandObservation({ argv }) });
}

function buildBusyReport(): Report {
  return buildReport(
    buildObservation({
      close: buildClose({
        counters: {
          process_created: 981_234,
          thread_created: 8_766,
          exec: 1_500,
          process_exited: 981_000,
          thread_exited: 8_700,
          released: 989_700,
          errors: { 11: 1_200, 22: 34 },
        },
        missed: { exit: 12 },
        kernel: { created: { low: 1_000_000, high: 1_000_004 }, zombies: 12 },
        loss: { ...NO_LOSS, lostEvents: 2, lostDumps: 1 },
      }),
      interrupted: true,
      notices: ['bpftrace ended (signal SIGKILL) and was started again'],
      command: buildCommandObservation({
        argv: ['make', '-j2', 'a b'],
        exitCode: 2,
        seconds: 9.875,
      }),
    }),
  );
}

function buildAbsentReport(): Report {
  const plan = buildPlanFor({ tracepoints: new Map(), btf: 'absent' });
  const open = buildSnapshot({ counters: ABSENT_COUNTERS });
  const close = buildClose({
    counters: ABSENT_COUNTERS,
    kernel: { created: { low: 1_234, high: 1_234 } },
  });
  return buildReport(buildObservation({ plan, open, close }));
}

test('how the processes of a command ended stands under what it did, by name', () => {
  const ended = (failures: { exitCode: number; count: number }[], lifetimes: number[]) => ({
    failures,
    lifetimes: [...lifetimes, 0, 0, 0, 0, 0],
  });
  const comms = [
    {
      name: 'sh',
      counters: buildCounters({ process_exited: 4 }),
      endings: ended([{ exitCode: 9, count: 1 }], [3, 1]),
    },
    { name: 'cc', counters: buildCounters({ process_exited: 6 }), endings: ended([], [0, 6]) },
  ];
  const page = render(
    {
      plan: buildPlanFor({}, 'return', { apps: true }),
      open: buildSnapshot({ command: buildCommandState() }),
      close: buildClose({ command: buildCommandState({ comms }) }),
      command: buildCommandObservation(),
    },
    {},
  );
  expect(page).toMatch(/^sh +1 +4 +under 1 ms +SIGKILL: 1$/m);
  expect(page).not.toMatch(/^cc +0 +6/m);
  expect(page).toMatch(/^lived: under 1 ms 30\.0 %, under 10 ms 70\.0 % of 10 processes/m);
});
