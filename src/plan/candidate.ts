import type { HostFacts } from '../host/facts.ts';
import type { Settings } from '../settings/settings.ts';
import type { AttachType, Family, TaskEvent } from './plan.ts';

/**
 * One way to count one event. The candidates of an event stand in order of cost, the cheapest first; `build-plan.ts`
 * chooses one of them. To add a way, add a candidate in `candidates/` and an emitter of its name in `program/events/`.
 */
export interface Candidate {
  readonly event: TaskEvent;
  readonly attachType: AttachType;
  readonly family: Family;
  /** An emitter of `program/events/` has the same name. */
  readonly name: string;
  /** The maps that it counts in, without `@`. The self-test wants an event of its own in the first one. */
  readonly maps: readonly string[];
  /** Those that the kernel lacks are left out. */
  readonly tracepoints: readonly string[];
  /** Functions of which the first that can be attached to is taken. */
  readonly functions: readonly string[];
  /** Functions of which all that can be attached to are taken too. @defaultValue none */
  readonly besides?: readonly string[];
  /** Taken although it is approximate and a later one is exact, because the later one costs too much. */
  readonly isWorthIt?: true;
  /** False where it is of no use here, or for what is asked: then it is not listed as rejected either. @defaultValue always */
  isFor?(settings: Settings, facts: HostFacts): boolean;
  /** Why it cannot be taken on this machine; `undefined` where it can. */
  unavailable(facts: HostFacts, settings: Settings): string | undefined;
  /** Why the counts are not exact; `undefined` where they are. */
  approximate(facts: HostFacts): string | undefined;
  /** The reason that the plan gives where it is taken. */
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
