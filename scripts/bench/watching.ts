import { type Compiled, compile } from '../../src/session/compile.ts';
import { Session } from '../../src/session/session.ts';
import { completeSettings, type Settings } from '../../src/settings/settings.ts';
import { findBpftrace } from './bpf-programs.ts';
import type { Target } from './context.ts';

/** What plugin and diagnostic run with this bpftrace. @throws Error where it cannot keep counts apart as asked. */
export async function compileFor(
  target: Target,
  loadMode: Settings['loadMode'],
  apart: boolean,
): Promise<Compiled> {
  const settings = completeSettings({
    loadMode,
    apps: apart,
    cgroups: apart,
    bpftracePath: target.path,
  });
  const compiled = await compile(settings, 0, []);
  if (apart && compiled.plan.keying === null) throw new Error(compiled.plan.notes.join('; '));
  return compiled;
}

/** The same programs that plugin and diagnostic attach, read by this process, while something else is measured. */
export interface Watching {
  readonly bpftracePid: number;
  /** TaskEvent and attach point of each BPF program, in the order of loading; the dump comes last. */
  readonly programs: readonly { readonly event: string; readonly attachPoint: string }[];
}

/**
 * Do something while everything is attached and has passed its self-test.
 *
 * @param periodMs - Time from one dump to the next.
 */
export async function whileWatching<T>(
  compiled: Compiled,
  periodMs: number,
  work: (watching: Watching) => Promise<T>,
): Promise<T> {
  const { events } = compiled.plan;
  const programs = compiled.program.attachPoints.map((attachPoint) => ({
    attachPoint,
    event:
      events.find((event) => event.attachType !== null && event.attachPoints.includes(attachPoint))
        ?.event ?? 'dump',
  }));
  const notices: string[] = [];
  const session = new Session(compiled, {
    periodMs,
    configDirectories: [],
    command: undefined,
    onNotice: (sentence) => notices.push(sentence),
  });
  try {
    await session.start(new AbortController().signal);
    const result = await work({ bpftracePid: findBpftrace(process.pid), programs });
    if (notices[0] !== undefined) throw new Error(notices[0]);
    return result;
  } finally {
    await session.stop();
  }
}
