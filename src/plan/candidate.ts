import type { HostFacts } from '../host/facts.ts';
import type { Settings } from '../settings/settings.ts';
import type { AttachType, Family, TaskEvent } from './plan.ts';

/**
 * One way to count one event. The candidates of an event stand in order of cost, the cheapest first; how one of them is
 * chosen stands in `build-plan.ts`. A new way is a new candidate here and a new emitter in `program/events/`.
 */
export interface Candidate {
  readonly event: TaskEvent;
  readonly attachType: AttachType;
  readonly family: Family;
  /** Its name; an emitter of `program/events/` writes it. */
  readonly probe: string;
  /** The first one is proven to count before the window opens. */
  readonly maps: readonly string[];
  /** Those that the kernel lacks are left out. */
  readonly tracepoints: readonly string[];
  /** Functions of which the first that can be attached to is taken. */
  readonly functions: readonly string[];
  /** Taken although a later candidate is exact, because that one costs too much. */
  readonly isWorthIt?: true;
  /** False where it is of no use here, or for what is asked; it is then left out without a word. @defaultValue always */
  isFor?(settings: Settings, facts: HostFacts): boolean;
  /** Why it cannot be had on this machine; `undefined` where it can. */
  unavailable(facts: HostFacts, settings: Settings): string | undefined;
  /** Why the counts are not exact; `undefined` where they are. */
  approximate(facts: HostFacts): string | undefined;
  /** Said of it in the plan where it is taken. */
  readonly because: string;
}

/** Counts are kept apart by task where anything is to be attributed. */
export function wantsKeys(settings: Settings): boolean {
  return settings.apps || settings.cgroups;
}

/** The family of attach types that the settings name; `undefined` where this machine may choose. */
export function namedFamily({
  typeFormat,
  coReTracing,
}: Settings): 'fentry' | 'kprobe' | undefined {
  if (typeFormat === 'auto') return undefined;
  return typeFormat === 'co-re' && coReTracing === 'trampoline' ? 'fentry' : 'kprobe';
}
