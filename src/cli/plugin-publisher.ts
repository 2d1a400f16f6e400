import { OwnUpdates } from '../netdata/own-updates.ts';
import { Updates } from '../netdata/updates.ts';
import type { Session } from '../session/session.ts';
import type { Snapshot } from '../session/snapshot.ts';
import type { Settings } from '../settings/settings.ts';
import type { Lifetime } from './lifetime.ts';

/** How often to look for cgroups that are gone without a word of the kernel's. */
const WALK_EVERY_MS = 10_000;

export interface PublisherOptions {
  readonly settings: Settings;
  readonly stdout: NodeJS.WriteStream;
  /** There are charts about ourselves. */
  readonly isMonitored: boolean;
  readonly lifetime: Lifetime;
}

interface Open {
  readonly session: Session;
  readonly updates: Updates;
  readonly own: OwnUpdates | undefined;
}

/** Writes the updates of a session to Netdata, from when everything is counted. */
export class Publisher {
  readonly #options: PublisherOptions;
  #open: Open | undefined;
  #walkedAtMs = Number.NEGATIVE_INFINITY;

  constructor(options: PublisherOptions) {
    this.#options = options;
  }

  open(session: Session): void {
    const { settings, isMonitored } = this.#options;
    this.#open = {
      session,
      updates: new Updates(session.compiled.plan, { ...settings, isMonitored }),
      own: isMonitored ? new OwnUpdates(settings.updateEverySeconds) : undefined,
    };
    this.take(session.latest);
  }

  take(snapshot: Snapshot): void {
    const { stdout } = this.#options;
    // A reader that lags gets fewer updates.
    if (this.#open === undefined || stdout.writableNeedDrain) return;
    const update = this.#open.updates.take(snapshot, this.#open.session.endings);
    if (update === undefined) return;
    stdout.write(update.text + this.#renderOwn(this.#open, snapshot));
    const { scopes } = this.#open.session;
    for (const key of update.forgotten) scopes?.forgetCgroup(key);
    const nowMs = performance.now();
    if (nowMs - this.#walkedAtMs < WALK_EVERY_MS) return;
    this.#walkedAtMs = nowMs;
    scopes?.walkCgroups(nowMs);
  }

  /** Take all charts out of Netdata's sight; there are no more updates. */
  close(): void {
    const { updates, own } = this.#open ?? {};
    this.#options.stdout.write((updates?.renderObsolete() ?? '') + (own?.renderObsolete() ?? ''));
    this.#open = undefined;
  }

  #renderOwn({ session, own }: Open, { totals, loss }: Snapshot): string {
    if (own === undefined || !own.isDue(totals.period)) return '';
    const figures = {
      plan: session.compiled.plan,
      secondsLeft: this.#options.lifetime.secondsLeft(totals.kernelNs),
      missed: totals.knowsMissed ? totals.missed : null,
      loss,
      usage: session.readUsage(),
    };
    return own.render(figures, totals.kernelNs);
  }
}
