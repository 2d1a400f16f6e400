import { type Answer, refuse, renderAnswer } from '../netdata/functions/answer.ts';
import { type Call, CallReader } from '../netdata/functions/call.ts';
import { readWish } from '../netdata/functions/control.ts';
import { CONTROL } from '../netdata/functions/functions.ts';
import type { Table } from '../netdata/functions/table.ts';
import type { Report } from '../report/report.ts';
import type { Session } from '../session/session.ts';
import type { Snapshot } from '../session/snapshot.ts';
import type { PluginControl } from './plugin-control.ts';

/** The time that a table is about, at most. */
const LONGEST_WINDOW_NS = 60e9;

/** Whoever keeps a table open asks each second. After so long without a question nothing is kept for one. */
const ASKED_WITHIN_MS = 60_000;

/**
 * Answers the functions of the plugin. Who does what is kept from the first question on: that question gets what is known
 * without it, and the next one what happened since.
 */
export class PluginFunctions {
  readonly #control: PluginControl;
  readonly #wants: { readonly apps: boolean; readonly cgroups: boolean };
  readonly #reader = new CallReader();
  #session: Session | undefined;
  #open: Snapshot | undefined;
  #isOpening = false;
  #forgetting: NodeJS.Timeout | undefined;

  constructor(
    control: PluginControl,
    wants: { readonly apps: boolean; readonly cgroups: boolean },
  ) {
    this.#control = control;
    this.#wants = wants;
  }

  /** There is another session, or none. */
  use(session: Session | undefined): void {
    this.#forget();
    this.#session = session;
  }

  /** Take a line of standard input. @returns The answer to write; `undefined` where there is none. */
  async take(line: string): Promise<string | undefined> {
    const call = this.#reader.take(line);
    if (call === undefined) return undefined;
    // What fails here must not end what is counted: who asked is told.
    const answer = await this.#answer(call).catch((error: unknown) =>
      refuse(500, `it could not be answered: ${error instanceof Error ? error.message : error}`),
    );
    return renderAnswer(call.transaction, answer, Math.floor(Date.now() / 1_000));
  }

  async #answer({ name, words }: Call): Promise<Answer> {
    if (name === CONTROL) return this.#control.obey(readWish(words));
    const tables = await import('../netdata/functions/tables.ts');
    const lists: Readonly<Record<string, (report: Report) => Table>> = {
      'ebpf-processes-forkers': tables.listForkers,
      'ebpf-processes-zombies': tables.listZombies,
      'ebpf-processes-failed-forks': tables.listFailedForks,
      'ebpf-processes-plan': tables.listPlan,
    };
    const list = lists[name];
    if (list === undefined) return refuse(404, 'No function with this name found.');
    const session = this.#session;
    if (session === undefined) return refuse(503, 'nothing is counted now: enable it first');
    const { toAnswer } = await import('../netdata/functions/table.ts');
    return toAnswer(list(await this.#look(session)));
  }

  /** What is known of the window up to the latest dump. */
  async #look(session: Session): Promise<Report> {
    const { buildReport } = await import('../report/build-report.ts');
    const close = session.diagnose();
    const open = this.#open ?? close;
    const { facts, plan } = session.compiled;
    const report = buildReport({
      facts,
      plan,
      open,
      close,
      interrupted: false,
      notices: [],
      wants: this.#wants,
      command: undefined,
    });
    this.#keep(session, close.totals.kernelNs - open.totals.kernelNs);
    return report;
  }

  /** Open a window, or the next one where it was open for long; and close it when nobody asks any more. */
  #keep(session: Session, openNs: number): void {
    clearTimeout(this.#forgetting);
    this.#forgetting = setTimeout(() => this.#forget(), ASKED_WITHIN_MS);
    this.#forgetting.unref();
    if (this.#isOpening || (this.#open !== undefined && openNs < LONGEST_WINDOW_NS)) return;
    this.#isOpening = true;
    const opening = this.#open === undefined ? session.openWindow() : session.turnWindow();
    opening
      .then((snapshot) => {
        if (this.#session === session) this.#open = snapshot;
      })
      // It has ended, which others are told.
      .catch(() => undefined)
      .finally(() => {
        this.#isOpening = false;
      });
  }

  #forget(): void {
    clearTimeout(this.#forgetting);
    this.#session?.dropWindow();
    this.#open = undefined;
  }
}
