import type { Report } from '../report.ts';
import { html, type Markup } from './markup.ts';
import { renderTable } from './table.ts';

type Scope = NonNullable<Report['apps']>[number];

/** Who did what: by app group, cgroup and service, and of a watched command by program. */
export function renderWho(
  { apps, cgroups, services, dropped, unattributed, command }: Report,
  most: number,
): Markup {
  const rests = [
    ...(dropped === null ? [] : [{ name: 'dropped', ...dropped }]),
    ...(unattributed === null ? [] : [{ name: 'unattributed', ...unattributed }]),
  ].filter(isAny);
  const told =
    rests.length === 0
      ? ''
      : '. “dropped” did not fit into the table of the kernel, “unattributed” is known of nobody';
  return html`${renderScopes('The command, by program', '', command?.comms ?? [], [], most)}${renderScopes('App groups', `by the groups of apps_groups.conf${told}`, apps ?? [], rests, most)}${renderScopes('Cgroups', `containers and other cgroups that are no services${told}`, cgroups ?? [], rests, most)}${renderScopes('Services', '', services ?? [], [], most)}`;
}

function renderScopes(
  heading: string,
  explains: string,
  scopes: readonly Scope[],
  rests: readonly Scope[],
  most: number,
): Markup {
  return renderTable<Scope>(
    heading,
    explains,
    [
      { title: 'name', cell: (scope) => `${scope.name}${mark(scope)}` },
      { title: 'created', kind: 'number', cell: (scope) => scope.process_created },
      { title: 'threads', kind: 'number', cell: (scope) => scope.thread_created },
      { title: 'execs', kind: 'number', cell: (scope) => scope.exec },
      { title: 'exited', kind: 'number', cell: (scope) => scope.process_exited },
      { title: 'threads exited', kind: 'number', cell: (scope) => scope.thread_exited },
      { title: 'released', kind: 'number', cell: (scope) => scope.released },
      { title: 'failed forks', kind: 'number', cell: (scope) => scope.errors?.total ?? null },
    ],
    // Behind those that are not shown nobody would see them.
    [...scopes.slice(0, most), ...rests, ...scopes.slice(most)],
    Math.min(scopes.length, most) + rests.length,
  );
}

function mark(scope: Scope): string {
  return 'approximate' in scope && scope.approximate !== null ? ' (approximate)' : '';
}

function isAny({ errors, name: _, ...counts }: Scope): boolean {
  return Object.values(counts).some((count) => (count ?? 0) > 0) || (errors?.total ?? 0) > 0;
}
