import { spawn } from 'node:child_process';
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { type Report, reportSchema } from '../../src/report/report.ts';
import { CLI, collect, run, STORM } from './run-cli.ts';
import { Tmux } from './tmux.ts';

describe('on a terminal', () => {
  let terminal: Tmux;
  beforeEach(() => {
    terminal = new Tmux(80, 24);
  });
  afterEach(() => terminal.close());

  const start = async () => {
    terminal.press(`${CLI} watch 0.5; echo "ended $?"; stty -a`, 'Enter');
    await terminal.waitFor(/processes\/s +\S/);
  };

  /** The terminal is as it was. */
  const expectRestored = async () => {
    await terminal.waitFor('ended 0');
    await terminal.waitFor(/ icanon.* echo /s);
    expect(terminal.modes).toBe('0 1 1');
  };

  test('the screen tells who does what, obeys keys, fits the size, and leaves all as it was', async () => {
    startStorm('\\033[2J\\aspawn');
    await start();
    await terminal.waitFor(/^! FORK STORM +\\x1b\[2J\\x07spawn/m);
    expect(terminal.modes).toBe('1 0 0');
    terminal.press('s');
    await terminal.waitFor('s sort: created');
    terminal.press('/', 'nobody', 'Enter', 'p');
    await terminal.waitFor(/PAUSED.*\/ filter: nobody/s);
    terminal.resize(120, 40);
    await expect.poll(() => terminal.screen.trimEnd().split('\n').length).toBe(40);
    terminal.resize(20, 5);
    await terminal.waitFor(/^! FORK STORM .*…$/m);
    terminal.resize(80, 24);
    await terminal.waitFor('q quit');
    terminal.press('C-c');
    await expectRestored();
    // Once when it began, and once for each new size.
    expect(terminal.output.split('\x1b[2J')).toHaveLength(5);
    expect(terminal.output).not.toContain('\x07');
  });

  test('a signal ends it, and the terminal is as it was', async () => {
    await start();
    process.kill(terminal.foreground ?? Number.NaN, 'SIGTERM');
    await expectRestored();
  });

  test('it stops and goes on, as any job does', async () => {
    await start();
    terminal.press('C-z');
    await terminal.waitFor('Stopped');
    expect(terminal.modes).toBe('0 1 1');
    terminal.press('fg', 'Enter');
    await terminal.waitFor(/processes\/s +\S/);
    terminal.press('q');
    await expect.poll(() => terminal.modes).toBe('0 1 1');
  });
});

describe('piped', () => {
  test('intervals follow one another without a hole, and each process is in one of them', async () => {
    const watching = spawn(CLI, ['watch', '0.3', '--format', 'jsonl']);
    const ended = collect(watching);
    let lines = 0;
    watching.stdout.on('data', (text: Buffer) => {
      lines += text.toString().split('\n').length - 1;
    });
    const waitFor = (count: number) =>
      expect.poll(() => lines, { timeout: 30_000 }).toBeGreaterThanOrEqual(count);
    await waitFor(1);
    for (const count of ['211', '307', '401']) {
      await collect(spawn(STORM, [count, '0', '0', '0'], { stdio: 'ignore' }));
    }
    // The first of them may have begun before the last process.
    await waitFor(lines + 2);
    watching.kill('SIGTERM');
    const { stdout, exitCode } = await ended;
    expect(exitCode).toBe(0);
    const reports = stdout
      .trim()
      .split('\n')
      .map((line) => reportSchema.parse(JSON.parse(line)));
    for (const [i, { window }] of reports.slice(1).entries()) {
      expect(window.start_uptime).toBeCloseTo(endOf(reports[i]), 6);
    }
    const forkers = reports.flatMap(({ diagnosis }) => diagnosis.top_forkers ?? []);
    const created = forkers.filter(({ comm }) => comm === 'storm');
    expect(created.reduce((sum, { process_created }) => sum + process_created, 0)).toBe(919);
  });

  test('each interval is a line below a head, also on a terminal that cannot be drawn on', async () => {
    const lines =
      /^ {4}time {2}procs\/s[^\n]*\n(\d\d:\d\d:\d\d( +[\d.,<kM-]+){6} {2}\S[^\n]*\n){2}$/;
    const { stdout } = await run(CLI, ['watch', '0.2', '2']);
    expect(stdout).toMatch(lines);
    const line = `TERM=dumb ${CLI} watch 0.2 2`;
    const { stdout: onDumb } = await run('script', ['-qec', line, '/dev/null']);
    expect(onDumb.replaceAll('\r', '')).toMatch(lines);
  });

  test('a reader that has enough ends it', async () => {
    const line = `${CLI} watch 0.2 --format csv | head -2; echo "\${PIPESTATUS[0]}"`;
    const { stdout, stderr } = await run('bash', ['-c', line]);
    expect(stdout).toMatch(/^time,seconds,[a-z_,]+\r\n2[^\n]+\r\n141\n$/);
    expect(stderr).toBe('');
  });

  test('a signal ends it', async () => {
    const watching = spawn(CLI, ['watch', '0.2']);
    const ended = collect(watching);
    await new Promise((resolve) => watching.stdout.once('data', resolve));
    watching.kill('SIGINT');
    expect(await ended).toMatchObject({ exitCode: 0, stderr: '' });
  });
});

/** A shell of this name, with escapes as of printf, that makes as many processes as it can. */
function startStorm(comm: string): void {
  const line = `printf '${comm}' >/proc/$$/comm; while :; do (:); done`;
  const child = spawn('bash', ['-c', line], { stdio: 'ignore' });
  onTestFinished(() => void child.kill('SIGKILL'));
}

function endOf(report: Report | undefined): number {
  return report === undefined ? Number.NaN : report.window.start_uptime + report.window.seconds;
}
