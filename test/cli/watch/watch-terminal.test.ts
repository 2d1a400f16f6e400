import { beforeEach, describe, expect, test } from 'vitest';
import { Terminal } from '../../../src/cli/commands/watch-terminal.ts';
import { TerminalIo } from './terminal-io.ts';

const ENTER = '\x1b[?1049h\x1b[?25l\x1b[?7l\x1b[2J';
const LEAVE = '\x1b[?7h\x1b[?25h\x1b[?1049l';

let io: TerminalIo;
let terminal: Terminal;
let events: string[];
beforeEach(() => {
  io = new TerminalIo();
  events = [];
  terminal = new Terminal(io.process, {
    onKey: ({ name }) => events.push(`key ${name}`),
    onResize: () => events.push('resize'),
    onContinue: () => events.push('continue'),
  });
});

describe('lines', () => {
  test('are written where they have changed, in one piece, and nothing is cleared', () => {
    expect(io.takeOutput()).toBe(ENTER);
    terminal.draw(['a', 'b', 'c']);
    io.takeOutput();
    terminal.draw(['a', 'x', 'c']);
    expect(io.takeOutput()).toBe('\x1b[?2026h\x1b[2;1H\x1b[Kx\x1b[?2026l');
    terminal.draw(['a', 'x', 'c']);
    expect(io.takeOutput()).toBe('');
  });

  test('are all written after the screen was cleared', () => {
    terminal.draw(['a', 'b']);
    io.takeOutput();
    terminal.clear();
    terminal.draw(['a', 'b']);
    expect(io.takeOutput()).toBe('\x1b[?2026h\x1b[2J\x1b[1;1H\x1b[Ka\x1b[2;1H\x1b[Kb\x1b[?2026l');
  });
});

describe('the terminal is as it was', () => {
  beforeEach(() => {
    expect(io.stdin.isRaw).toBe(true);
    io.takeOutput();
  });

  test.each<[string, () => void]>([
    ['after it is closed', () => terminal.close()],
    ['where the process exits', () => io.emit('exit', 1)],
    ['before a fault is told', () => io.emit('uncaughtExceptionMonitor', new Error('a bug'))],
  ])('%s, once', (_, end) => {
    end();
    expect(io.takeOutput()).toBe(LEAVE);
    expect(io.stdin.isRaw).toBe(false);
    terminal.draw(['late']);
    terminal.close();
    expect(io.takeOutput()).toBe('');
  });

  test('where a signal ends it that makes a core', () => {
    io.emit('SIGQUIT', 'SIGQUIT');
    expect(io.takeOutput()).toBe(LEAVE);
    expect(io.sent).toEqual(['SIGQUIT 77']);
    expect(io.listenerCount('SIGQUIT')).toBe(0);
  });

  test('where it is gone', () => {
    io.stdout.write = () => {
      throw new Error('EIO');
    };
    expect(() => io.emit('exit', 1)).not.toThrow();
  });

  test('while the process is stopped, by a key or from elsewhere', () => {
    for (const stop of [() => terminal.suspend(), () => io.emit('SIGTSTP')]) {
      stop();
      expect(io.takeOutput()).toBe(LEAVE);
      expect(io.sent.pop()).toBe('SIGSTOP 77');
      io.emit('SIGCONT');
      expect(io.takeOutput()).toBe(ENTER);
      expect(events.pop()).toBe('continue');
    }
  });
});

test('keys and sizes are told until it is closed', async () => {
  io.stdin.write('q');
  io.stdout.emit('resize');
  await expect.poll(() => events).toContain('key q');
  terminal.close();
  io.stdout.emit('resize');
  io.emit('SIGCONT');
  expect(events.toSorted()).toEqual(['key q', 'resize']);
  expect(io.eventNames()).toEqual([]);
});

test('a process that stops from without, and was not told, enters anew when it goes on', () => {
  io.takeOutput();
  io.emit('SIGCONT');
  expect(io.takeOutput()).toBe(`${LEAVE}${ENTER}`);
});
