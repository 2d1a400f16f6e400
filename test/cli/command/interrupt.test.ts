import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Interrupt } from '../../../src/cli/command/interrupt.ts';

let interrupt: Interrupt;
let io: NodeJS.Process & { said: string };

beforeEach(() => {
  vi.useFakeTimers();
  const emitter = new EventEmitter();
  io = Object.assign(emitter, {
    said: '',
    stderr: {
      write: (text: string) => {
        io.said += text;
      },
    },
  }) as unknown as typeof io;
  interrupt = new Interrupt(io, () => isOfTerminal);
  isOfTerminal = false;
});
afterEach(() => {
  interrupt.stop();
  vi.useRealTimers();
});

let isOfTerminal = false;

test('without a command the first signal ends the window', () => {
  io.emit('SIGTERM', 'SIGTERM');
  expect(interrupt.signal.aborted).toBe(true);
});

describe('while a command runs', () => {
  const received: NodeJS.Signals[] = [];
  let left: boolean;

  beforeEach(() => {
    received.length = 0;
    left = false;
    interrupt.forwardTo({ kill: (signal) => received.push(signal) }).then(() => {
      left = true;
    });
  });

  test.each<NodeJS.Signals>(['SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2', 'SIGINT'])(
    '%s is handed on to it, once for each',
    async (signal) => {
      io.emit(signal, signal);
      expect(received).toEqual([signal]);
      expect(interrupt.signal.aborted).toBe(false);
      await vi.advanceTimersByTimeAsync(60_000);
      expect(received).toEqual([signal]);
      expect(left).toBe(false);
    },
  );

  test('it has the terminal’s Ctrl-C already', () => {
    isOfTerminal = true;
    io.emit('SIGINT', 'SIGINT');
    expect(received).toEqual([]);
  });

  test('a second Ctrl-C ends the wait for it, and the window', async () => {
    io.emit('SIGINT', 'SIGINT');
    io.emit('SIGINT', 'SIGINT');
    await vi.advanceTimersByTimeAsync(0);
    expect([left, interrupt.signal.aborted]).toEqual([true, true]);
    expect(received).toEqual(['SIGINT', 'SIGINT']);
  });

  test('one that does not end soon after Ctrl-C is said to be waited for', async () => {
    io.emit('SIGINT', 'SIGINT');
    await vi.advanceTimersByTimeAsync(900);
    expect(io.said).toBe('');
    await vi.advanceTimersByTimeAsync(200);
    expect(io.said).toBe(
      'ebpf-processes: waiting for COMMAND to end; another Ctrl-C ends the wait\n',
    );
  });

  test('signals are ours again when it has ended', async () => {
    io.emit('SIGINT', 'SIGINT');
    interrupt.takeBack();
    await vi.advanceTimersByTimeAsync(2_000);
    expect(io.said).toBe('');
    expect(io.listenerCount('SIGQUIT')).toBe(0);
    io.emit('SIGINT', 'SIGINT');
    expect(interrupt.signal.aborted).toBe(true);
  });
});
