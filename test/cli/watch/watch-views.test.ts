import { describe, expect, test } from 'vitest';
import { LineView } from '../../../src/cli/commands/watch-lines.ts';
import { ScreenView } from '../../../src/cli/commands/watch-screen.ts';
import { chooseFormat } from '../../../src/cli/commands/watch-view.ts';
import { buildUpdate, HOSTILE } from '../../watch/updates.ts';
import { TerminalIo } from './terminal-io.ts';

describe('what is shown where nothing is said', () => {
  test.each<[string, object, object, string]>([
    ['a screen on a terminal', {}, {}, 'screen'],
    ['lines in a pipe', { isTTY: false }, {}, 'lines'],
    ['lines on a dumb terminal', {}, { TERM: 'dumb' }, 'lines'],
    ['lines on one of no kind', {}, { TERM: undefined }, 'lines'],
    ['lines on one of no size', { columns: 0 }, {}, 'lines'],
  ])('is %s', (_, stdout, env, format) => {
    const io = new TerminalIo();
    Object.assign(io.stdout, stdout);
    Object.assign(io.env, env);
    expect(chooseFormat(undefined, io.process)).toBe(format);
    expect(chooseFormat('csv', io.process)).toBe('csv');
  });
});

describe('lines', () => {
  const show = async (io: TerminalIo, format: 'lines' | 'csv' | 'jsonl', count: number) => {
    const view = new LineView(io.process, format);
    view.say(`bpftrace ${HOSTILE} was started again`);
    for (let i = 0; i < count; i += 1) await view.show(buildUpdate(i));
    view.close();
    return io.takeOutput().split('\n').slice(0, -1);
  };
  const isHeader = (text: string) => text.includes('procs/s');

  test('have a head again after 22 of them, or after a screenful', async () => {
    const io = new TerminalIo();
    Object.assign(io.stdout, { isTTY: false, columns: undefined, rows: undefined });
    const piped = await show(io, 'lines', 45);
    expect(piped.map(isHeader).flatMap((is, i) => (is ? [i] : []))).toEqual([0, 23, 46]);
    const onTerminal = await show(new TerminalIo(), 'lines', 45);
    expect(onTerminal.filter(isHeader)).toHaveLength(3);
    for (const text of onTerminal) expect(text.length).toBeLessThanOrEqual(80);
    expect(io.stderr.text).toMatch(/^note: bpftrace \\x1b\[2J[ -~]*\n$/);
  });

  test('of CSV have one head', async () => {
    const lines = await show(new TerminalIo(), 'csv', 3);
    expect(lines.map((text) => text.slice(0, 4))).toEqual(['time', '2026', '2026', '2026']);
  });

  test('of JSON are reports, the first with the notice', async () => {
    const reports = (await show(new TerminalIo(), 'jsonl', 2)).map((text) => JSON.parse(text));
    expect(reports.map(({ schema_version }) => schema_version)).toEqual([2, 2]);
    expect(reports[0].notes).toContain(`bpftrace ${HOSTILE} was started again`);
    expect(reports[1].notes).not.toContain(reports[0].notes[0]);
  });
});

describe('a screen', () => {
  test('shows what is new, obeys keys, and is drawn anew in another size', async () => {
    const io = new TerminalIo();
    let hasQuit = false;
    const view = new ScreenView(io.process, 2, () => {
      hasQuit = true;
    });
    expect(io.takeOutput()).toContain('the first interval ends in 2 s');
    await view.show(buildUpdate());
    expect(io.takeOutput()).toMatch(/FORK STORM.*storm\.sh/s);
    io.stdin.write('s');
    await expect.poll(() => io.takeOutput()).toContain('s sort: created');
    view.say('something happened');
    expect(io.takeOutput()).toContain('something happened');
    io.stdout.rows = 30;
    io.stdout.emit('resize');
    const drawn = io.takeOutput();
    expect(drawn.startsWith('\x1b[?2026h\x1b[2J')).toBe(true);
    expect(drawn.split('\x1b[30;1H')[1]).toContain('q quit');
    io.stdin.write('q');
    await expect.poll(() => hasQuit).toBe(true);
    view.close();
  });

  test('has no colours where the terminal is to have none', async () => {
    const io = new TerminalIo();
    const view = new ScreenView(io.process, 2, () => undefined);
    await view.show(buildUpdate());
    expect(io.takeOutput()).not.toContain('m! FORKS FAIL');
    view.close();
    Object.assign(io.stdout, { getColorDepth: () => 8 });
    const coloured = new ScreenView(io.process, 2, () => undefined);
    await coloured.show(buildUpdate());
    expect(io.takeOutput()).toContain('\x1b[31m! FORKS FAIL');
    coloured.close();
  });
});
