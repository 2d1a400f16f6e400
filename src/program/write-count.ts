import type { Plan } from '../plan/plan.ts';
import { countsByCpu } from './layout.ts';

/**
 * The statement that adds one in a map. `count()` keeps one number for each CPU. In a central map `++` reads, adds and
 * writes, so that two CPUs must never count under one key: there each key holds the CPU.
 *
 * @param key - Its parts; empty for a map of one number.
 */
export function writeCount(alias: string, key: readonly string[], plan: Plan): string {
  const isByCpu = countsByCpu(key.length === 0 ? 'count' : 'counts', plan);
  const parts = [...key, ...(isByCpu ? ['(uint64)cpu'] : [])];
  const place = parts.length === 0 ? `@${alias}` : `@${alias}[${parts.join(', ')}]`;
  return plan.tables === 'central' ? `${place}++;` : `${place} = count();`;
}
