import {
  addCounters,
  type Counters,
  countCreated,
  countErrors,
  countExited,
  subtractCounters,
} from '../counters/counters.ts';
import type { Wanted } from '../scopes/narrow/wanted.ts';
import { type ScopesState, subtractScopes } from '../scopes/state.ts';
import type { Window } from '../session/snapshot.ts';
import { buildCountersReport } from './build-counters.ts';
import { toText } from './byte-text.ts';
import { groupDigits } from './page-table.ts';
import type { Report } from './report.ts';

type NarrowedReport = NonNullable<Report['narrowed']>;

/** What those did in a window to whom the view is narrowed. */
export interface Narrowed {
  readonly report: NarrowedReport;
  readonly counters: Counters;
  /** Those in which they did it; what is dropped or unattributed is that of the whole machine. */
  readonly scopes: ScopesState;
}

/** @returns `undefined` where the view is not narrowed. */
export function buildNarrowed(
  { open, close }: Window,
  wanted: Wanted | undefined,
): Narrowed | undefined {
  const isWhole = open.narrowed === undefined || close.narrowed === undefined;
  if (wanted === undefined || isWhole || open.scopes === null || close.scopes === null)
    return undefined;
  const { apps, cgroups, dropped, unattributed } = subtractScopes(
    { ...close.scopes, ...close.narrowed },
    { ...open.scopes, ...open.narrowed },
  );
  const counters = subtractCounters(close.narrowed.total, open.narrowed.total);
  return {
    report: {
      cgroup: wanted.cgroup === undefined ? null : toText(wanted.cgroup),
      user: wanted.user?.name ?? null,
      comm: wanted.comm === undefined ? null : toText(wanted.comm),
      pid: wanted.pid ?? null,
      counters: buildCountersReport(counters),
      notes: listNotes(wanted, addCounters(dropped, unattributed)),
    },
    counters,
    scopes: { apps, cgroups, dropped, unattributed },
  };
}

/** @param ofNobody - What nobody knows whose it is. */
function listNotes({ pid }: Wanted, ofNobody: Counters): string[] {
  const parts = [
    countCreated(ofNobody),
    ofNobody.exec,
    countExited(ofNobody),
    countErrors(ofNobody),
  ];
  const events = parts.reduce<number>((sum, count) => sum + (count ?? 0), 0);
  return [
    ...(pid === undefined
      ? []
      : [
          `what was handed on to another parent, because its own had ended, does not descend from ${pid} any more`,
        ]),
    ...(events === 0
      ? []
      : [
          `${groupDigits(events)} events of the machine are known of nobody, and may be missing here`,
        ]),
  ];
}
