import { describe, expect, test } from 'vitest';
import type { Session } from '../../src/session/session.ts';
import type { Snapshot } from '../../src/session/snapshot.ts';
import { closeWindowAfter, closeWindowAt, openWindow } from '../../src/session/window.ts';
import { buildTotals, exactly, NO_LOSS } from '../builders.ts';

const PERIOD_MS = 100;
const never = new AbortController().signal;

/** A session that yields these snapshots one after another, and then none. */
function play(snapshots: readonly Snapshot[]) {
  let i = 0;
  const wishes: string[] = [];
  let closeNow: (snapshot: Snapshot) => void = () => undefined;
  let abort: (reason: unknown) => void = () => undefined;
  const next = (wish: string) => {
    wishes.push(wish);
    i += 1;
    return new Promise<Snapshot>((resolve, reject) => {
      closeNow = resolve;
      abort = reject;
      const snapshot = snapshots[i];
      if (snapshot !== undefined) resolve(snapshot);
    });
  };
  const latest = () => snapshots[Math.min(i, snapshots.length - 1)] as Snapshot;
  const session = {
    get latest() {
      return latest();
    },
    next: () => next('next'),
    openWindow: () => next('open'),
    abort: (reason: unknown) => abort(reason),
    closeWindow: () => next('close'),
    closeNow: () => closeNow(latest()),
    get waiting() {
      return latest().totals.kernel?.zombies ?? 0;
    },
  };
  return { session: session as unknown as Session, wishes };
}

function at(ms: number, exited = 0, released = exited, zombies = exited - released): Snapshot {
  const kernel = { created: exactly(0), released: exactly(released), zombies };
  return {
    wallMs: ms,
    totals: buildTotals({ process_exited: exited, released }, { kernelNs: ms * 1e6, kernel }),
    scopes: null,
    command: null,
    loss: NO_LOSS,
    diagnosis: null,
  };
}

test('a window is opened by the next dump, if one comes', async () => {
  const { session } = play([at(0), at(100)]);
  expect((await openWindow(session, never)).wallMs).toBe(100);
  const controller = new AbortController();
  const interrupted = openWindow(play([at(0)]).session, controller.signal);
  controller.abort('told to end');
  await expect(interrupted).rejects.toBe('told to end');
  await expect(openWindow(session, controller.signal)).rejects.toBe('told to end');
  await expect(openWindow(play([at(0)]).session, never, 20)).rejects.toThrow(/no dump since/);
});

test('a window is closed by the dump that is nearest to its time', async () => {
  const { session, wishes } = play([at(0), at(101), at(199), at(303), at(398), at(502)]);
  const seen: number[] = [];
  const close = await closeWindowAt(session, 300e6, PERIOD_MS, never, ({ wallMs }) =>
    seen.push(wallMs),
  );
  expect(close.wallMs).toBe(303);
  expect(seen).toEqual([101, 199]);
  expect(wishes).toEqual(['next', 'next', 'close']);
});

test.each<[string, Snapshot[], number]>([
  ['the first dump after its end, where all is released', [at(100, 5), at(200, 9)], 200],
  [
    'one in which each task is released or a zombie',
    [at(200, 9, 7, 0), at(300, 9, 8, 1), at(400, 9, 9, 0)],
    400,
  ],
  ['one that shows the same zombies twice', [at(200, 9, 8), at(300, 9, 7), at(400, 9, 7)], 400],
  [
    'the last one within two seconds',
    [at(200, 9, 7, 0), at(1_200, 10, 7, 0), at(2_160, 11, 7, 0)],
    2_160,
  ],
])('after a command the window is closed by %s', async (_, later, wallMs) => {
  const { session } = play([at(0), ...later]);
  const close = await closeWindowAfter(session, at(0), 150e6, never);
  expect(close.wallMs).toBe(wallMs);
});

describe.concurrent('where dumps cease, what waits does not wait for ever', () => {
  test('an interrupt closes it with the next dump, or without one that does not come', async () => {
    const controller = new AbortController();
    const { signal } = controller;
    const soon = play([at(0), at(100), at(200)]);
    const close = await closeWindowAt(soon.session, 9e9, PERIOD_MS, signal, ({ wallMs }) => {
      if (wallMs === 100) controller.abort();
    });
    expect(close.wallMs).toBe(200);
    const silent = play([at(0)]);
    const last = await closeWindowAt(silent.session, 9e9, PERIOD_MS, signal, () => undefined);
    expect(last.wallMs).toBe(0);
  });

  test('an interrupt closes it, where dumps have ceased to come', async () => {
    const controller = new AbortController();
    const { session } = play([at(0), at(100)]);
    const close = await closeWindowAt(session, 9e9, PERIOD_MS, controller.signal, () => {
      setTimeout(() => controller.abort(), 10);
    });
    expect(close.wallMs).toBe(100);
  });

  test('a window that is overdue is closed with the last dump', async () => {
    const { session } = play([at(0), at(100)]);
    const close = await closeWindowAt(session, 300e6, PERIOD_MS, never, () => undefined, 20);
    expect(close.wallMs).toBe(100);
    const command = play([at(0), at(100, 9)]);
    const last = await closeWindowAfter(command.session, at(0), 150e6, never, 20);
    expect(last.wallMs).toBe(100);
  });
});
