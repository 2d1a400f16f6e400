import { type Machine, THIS_MACHINE } from '../bpftrace/machine.ts';
import { isTold } from '../bpftrace/restarts.ts';
import type { Sample } from '../bpftrace/sample.ts';
import { Supervisor, type Usage } from '../bpftrace/supervisor.ts';
import type { Limits } from '../bpftrace/timeouts.ts';
import { buildAudit } from '../counters/audit.ts';
import { minus } from '../counters/counters.ts';
import { countEnded, type Totals, TotalsBuilder } from '../counters/totals.ts';
import type { Diagnosis } from '../diagnosis/diagnosis.ts';
import { type EndingCounts, Endings } from '../diagnosis/endings.ts';
import { mayPass } from '../errors.ts';
import { assertDescriptorsLeft } from '../host/descriptors.ts';
import type { KernelClock } from '../host/kernel-clock.ts';
import type { TaskEvent } from '../plan/plan.ts';
import type { InstalledNetdata } from '../scopes/apps/read-app-groups.ts';
import type { CommandWords } from '../scopes/command/attribution.ts';
import type { Wanted } from '../scopes/narrow/wanted.ts';
import { countZombieGrowth, type ZombieChange } from '../scopes/zombie-change.ts';
import { attribute, type SessionScopes } from './attribute.ts';
import type { Compiled } from './compile.ts';
import { type Extent, Investigation } from './investigation.ts';
import type { Snapshot } from './snapshot.ts';
import { UNSEEN_ZOMBIES, type ZombieSource, ZombieWatch } from './zombie-watch.ts';

export interface SessionOptions {
  readonly periodMs: number;
  /** Where `apps_groups.conf` is looked for. */
  readonly configDirectories: readonly string[];
  /** The Netdata as which it is read. */
  readonly netdata?: InstalledNetdata | undefined;
  /** The command that is watched; `undefined` without one. */
  readonly command: CommandWords | undefined;
  /** Called with every snapshot, in order. */
  readonly onSnapshot?: (snapshot: Snapshot) => void;
  /** What the view is narrowed to; `undefined` for everything. */
  readonly wanted?: Wanted | undefined;
  readonly onNotice: (sentence: string) => void;
  /** How much the diagnosis of a window lists. @defaultValue `page` */
  readonly extent?: Extent;
  readonly limits?: Limits;
  /** @defaultValue `THIS_MACHINE` */
  readonly machine?: Machine | undefined;
}

/** What a waiter wants of the next snapshot: that it opens or closes a window, or both, or nothing. */
type Wish = 'any' | 'open' | 'close' | 'turn';

interface Waiter {
  readonly wish: Wish;
  resolve(snapshot: Snapshot): void;
  reject(reason: unknown): void;
}

/** Runs bpftrace, and makes a snapshot of each dump. */
export class Session {
  readonly compiled: Compiled;
  readonly clock: KernelClock;
  /** `undefined` where counts are not kept apart. */
  readonly scopes: SessionScopes | undefined;
  readonly #options: SessionOptions;
  readonly #supervisor: Supervisor;
  readonly #totals: TotalsBuilder;
  readonly #zombies: ZombieSource;
  readonly #investigation: Investigation;
  readonly #endings = new Endings();
  #waiters: Waiter[] = [];
  #latest: Snapshot | undefined;
  #failure: { readonly reason: unknown } | undefined;

  constructor(compiled: Compiled, options: SessionOptions) {
    const { facts, settings, plan, program } = compiled;
    const { machine = THIS_MACHINE } = options;
    this.compiled = compiled;
    this.clock = machine.openClock(facts);
    this.#options = options;
    this.#totals = new TotalsBuilder(plan);
    const { sees, root: processRoot } = facts.processes;
    this.#zombies = sees === 'all' ? new ZombieWatch(processRoot) : UNSEEN_ZOMBIES;
    this.scopes = attribute(compiled, { ...options, root: machine.root }, (key, count, nowMs) => {
      this.#endings.take(key, count);
      this.#investigation.take(key, count, nowMs);
    });
    for (const problem of this.scopes?.problems ?? []) options.onNotice(problem);
    this.#investigation = new Investigation(
      this.scopes?.pathOf,
      facts.processes,
      () => this.clock.nowNs(),
      facts.cgroups.kind === 'none' ? undefined : facts.cgroups.part,
      options.extent,
      this.scopes?.narrowed,
    );
    this.#supervisor = new Supervisor({
      facts,
      plan,
      program,
      clock: this.clock,
      periodMs: options.periodMs,
      parameters: listParameters(this.scopes?.command?.parameters, options.wanted),
      mapKeys: plan.keying === null ? undefined : settings.pidTableSize,
      limits: options.limits,
      machine,
      onNotice: options.onNotice,
      onSample: (sample) => this.#take(sample),
    });
  }

  /** The last snapshot. @throws Error before `start` has resolved. */
  get latest(): Snapshot {
    if (this.#latest === undefined) throw new Error('there is no snapshot before start() resolves');
    return this.#latest;
  }

  /**
   * Start, and wait for the self-test. From the snapshot `latest` on every attached event is counted.
   *
   * @param signal - Ends the start, and bpftrace with it.
   * @returns Events that are attached and did not pass the self-test.
   * @throws UserError where bpftrace ends meanwhile; the reason of `signal` where that ended the start.
   */
  async start(signal: AbortSignal): Promise<readonly TaskEvent[]> {
    this.#zombies.lookEarly();
    const { silent, untested } = await this.#supervisor.start(signal).catch((reason) => {
      throw this.#failure === undefined ? reason : this.#failure.reason;
    });
    if (untested !== undefined) this.#options.onNotice(untested);
    return silent;
  }

  /** Tasks whose end was counted and that are not released; 0 where nobody knows. */
  get waiting(): number {
    return this.scopes?.waiting() ?? 0;
  }

  /** How processes ended until the latest snapshot; `undefined` where keys do not tell. */
  get endings(): EndingCounts | undefined {
    return this.compiled.plan.keying?.by === 'types' ? this.#endings.counts : undefined;
  }

  /** What we and bpftrace use now. */
  readUsage(): Usage {
    return this.#supervisor.readUsage();
  }

  /** The next snapshot. @throws What `abort` was called with. */
  next(): Promise<Snapshot> {
    return this.#wait('any');
  }

  /** The next snapshot, which opens a window: all zombies are counted for it, and the investigation begins. */
  openWindow(): Promise<Snapshot> {
    this.#investigation.prepare();
    return this.#wait('open');
  }

  /** The next snapshot, which closes the window: all zombies are counted for it, and it holds the diagnosis. */
  closeWindow(): Promise<Snapshot> {
    return this.#wait('close');
  }

  /**
   * The next snapshot, which closes the window, holds its diagnosis, and opens the next window: whatever is counted is in
   * one of the two. Zombies are those of the last look, which is this moment where the processes are not very many.
   */
  turnWindow(): Promise<Snapshot> {
    return this.#wait('turn');
  }

  /** The latest snapshot with what is known of the window until then, which goes on. */
  diagnose(): Snapshot {
    const { latest } = this;
    const { kernelNs } = latest.totals;
    return { ...latest, diagnosis: this.#investigation.diagnose(this.#zombies.all, kernelNs) };
  }

  /** Nobody will ask what is known of the window. */
  dropWindow(): void {
    this.#investigation.drop();
  }

  /** Close the window with the latest snapshot. To be called where the next one does not come. */
  closeNow(): void {
    const latest = this.#latest;
    if (latest === undefined) return;
    const waiters = this.#waiters.splice(0);
    const wishes = new Set(waiters.map(({ wish }) => wish)).add('close');
    const snapshot = { ...latest, diagnosis: this.#investigate(wishes, latest.totals.kernelNs) };
    for (const waiter of waiters) waiter.resolve(snapshot);
  }

  /** Reject all waiters, present and future, with a reason. */
  abort(reason: unknown): void {
    this.#failure ??= { reason };
    for (const waiter of this.#waiters.splice(0)) waiter.reject(reason);
  }

  /** Resolves when bpftrace is gone and nothing of the session is left. */
  async stop(): Promise<void> {
    await this.#supervisor.stop();
    await this.scopes?.close();
  }

  #wait(wish: Wish): Promise<Snapshot> {
    return new Promise((resolve, reject) => {
      if (this.#failure) reject(this.#failure.reason);
      else this.#waiters.push({ wish, resolve, reject });
    });
  }

  /**
   * Hand on the snapshot of a sample.
   *
   * @throws Error where it cannot be made. Then nobody has got it, and bpftrace is to be started again: what of the sample
   * was counted is not known. All that wait get the next one, or the error itself where that is a bug.
   */
  #take(sample: Sample): void {
    const waiters = this.#waiters.splice(0);
    try {
      const snapshot = this.#next(sample, new Set(waiters.map(({ wish }) => wish)));
      for (const waiter of waiters) waiter.resolve(snapshot);
    } catch (error) {
      this.#waiters.unshift(...waiters);
      if (!mayPass(error)) this.abort(error);
      throw error;
    }
  }

  #next(sample: Sample, wishes: ReadonlySet<Wish>): Snapshot {
    // Without descriptors every process looks as if it had ended.
    assertDescriptorsLeft();
    const nowMs = performance.now();
    const zombies = this.#look(wishes, nowMs);
    const totals = this.#totals.next(sample, countZombieGrowth(zombies));
    this.scopes?.take(sample.dump, totals, nowMs, zombies);
    const before = this.#latest;
    if (before !== undefined && before.totals.run !== totals.run)
      this.#noticeRestart(before.totals, totals);
    this.#investigation.cut(totals.kernelNs, before?.totals.run === totals.run);
    const snapshot = this.#build(totals, this.#investigate(wishes, totals.kernelNs));
    this.#latest = snapshot;
    this.#options.onSnapshot?.(snapshot);
    return snapshot;
  }

  #look(wishes: ReadonlySet<Wish>, nowMs: number): ZombieChange {
    const isEdge = this.#latest === undefined || wishes.has('open') || wishes.has('close');
    if (isEdge) return this.#zombies.look(nowMs);
    const waiting = countWaiting(this.#latest?.totals);
    return wishes.has('turn')
      ? this.#zombies.turn(waiting, nowMs)
      : this.#zombies.step(waiting, nowMs);
  }

  #investigate(wishes: ReadonlySet<Wish>, cutNs: number): Diagnosis | null {
    const { all } = this.#zombies;
    if (wishes.has('turn')) return this.#investigation.turn(all, cutNs);
    if (wishes.has('open')) this.#investigation.open(all, cutNs);
    return wishes.has('close') ? this.#investigation.diagnose(all, cutNs) : null;
  }

  #build(totals: Totals, diagnosis: Diagnosis | null): Snapshot {
    const scopes = this.scopes?.state() ?? null;
    const narrowed = scopes === null ? undefined : this.scopes?.narrowedState(scopes);
    return {
      wallMs: this.clock.wallMsAt(totals.kernelNs),
      totals,
      scopes,
      ...(narrowed === undefined ? {} : { narrowed }),
      command: this.scopes?.commandState() ?? null,
      loss: this.#supervisor.loss,
      diagnosis,
    };
  }

  /** Say for how long bpftrace was not running, and how many tasks the kernel created meanwhile that were not counted. */
  #noticeRestart(before: Totals, after: Totals): void {
    const restart = this.#supervisor.lastRestart;
    if (restart === undefined || !isTold(restart)) return;
    const seconds = ((after.kernelNs - before.kernelNs) / 1e9).toFixed(1);
    const { created, forks } = buildAudit(before, after);
    const lost =
      created === null || forks === null
        ? 'what was created'
        : `${Math.max(0, Math.round((forks.low + forks.high) / 2) - created)} created tasks`;
    const again = restart.inARow === 1 ? 'again' : `again, ${restart.inARow} times in a row now`;
    this.#options.onNotice(
      `bpftrace ${restart.end} and was started ${again}; in these ${seconds} s ${lost} and what ended meanwhile were not counted`,
    );
  }
}

/** `$3` and `$4` of the program, see `program/own.ts`, and `$5`, see `program/user.ts`. */
function listParameters(
  ofCommand: readonly string[] | undefined,
  wanted: Wanted | undefined,
): readonly string[] | undefined {
  if (wanted?.user === undefined) return ofCommand;
  return [...(ofCommand ?? ['0', '0']), String(wanted.user.id)];
}

/** Tasks that have ended since the start and are not released; 0 where one of the two is not counted. */
function countWaiting(totals: Totals | undefined): number {
  return totals === undefined ? 0 : (minus(countEnded(totals), totals.counters.released) ?? 0);
}
