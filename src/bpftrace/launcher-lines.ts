import { constants } from 'node:os';
import type { Ended } from '../host/run.ts';
import { REFUSED } from './explain-end.ts';
import type { LoadedProgram } from './misses.ts';

/** What the launcher says beside the lines of bpftrace. */
export type LauncherLine =
  | { readonly kind: 'missed'; readonly programs: readonly LoadedProgram[] }
  /** How bpftrace has ended, or why it was not started. */
  | { readonly kind: 'ended'; readonly ended: Ended }
  /** A line of bpftrace's stderr. */
  | { readonly kind: 'complaint' };

const OWN = /^\{"type": "(missed|ended|refused)", "data": (.*)\}$/;

/** @returns `undefined` for a line of bpftrace's stdout. */
export function parseLauncherLine(line: string): LauncherLine | undefined {
  // bpftrace prints JSON, up to 0.23 blank lines, and the word of the environment variable that asks for it.
  if (line !== '' && !line.startsWith('{') && !line.startsWith('__BPFTRACE')) {
    return { kind: 'complaint' };
  }
  const [, type, data = ''] = OWN.exec(line) ?? [];
  if (type === undefined) return undefined;
  return type === 'missed' ? parseMissed(data) : parseEnd(type, data);
}

function parseMissed(data: string): LauncherLine | undefined {
  if (!/^\[(\[\d{1,15}, \d{1,15}, \d{1,15}\](, |(?=\])))*\]$/.test(data)) return undefined;
  const programs = [...data.matchAll(/\[(\d+), (\d+), (\d+)\]/g)].map(([, id, type, misses]) => ({
    id: Number(id),
    type: Number(type),
    misses: Number(misses),
  }));
  return { kind: 'missed', programs: programs.sort((a, b) => a.id - b.id) };
}

function parseEnd(type: string, data: string): LauncherLine | undefined {
  const text = data.replace(/^"|"$/g, '');
  const none = { exitCode: undefined, signal: undefined, problem: undefined };
  if (type === 'refused') return { kind: 'ended', ended: { ...none, problem: REFUSED + text } };
  const [, what, number = ''] = /^(exit code|signal) (\d{1,3})$/.exec(text) ?? [];
  if (what === 'exit code') return { kind: 'ended', ended: { ...none, exitCode: Number(number) } };
  const [signal] =
    Object.entries(constants.signals).find(([, value]) => value === Number(number)) ?? [];
  return { kind: 'ended', ended: { ...none, signal: signal as NodeJS.Signals, problem: text } };
}
