import { UserError } from '../errors.ts';
import { askBpftool } from './bpftool.ts';

/** What bpftool found out by trying: what this kernel takes from whoever asked. */
export interface BpfFeatures {
  /** Program types that can be loaded, as bpftool spells them: `tracepoint`, `raw_tracepoint`, `tracing`. */
  readonly programTypes: ReadonlySet<string>;
  /** Map types that can be made: `hash`, `percpu_array`. */
  readonly mapTypes: ReadonlySet<string>;
  /** Functions of the kernel that a program at a tracepoint can call, `bpf_ktime_get_ns`. */
  readonly helpers: ReadonlySet<string>;
  /** net.core.bpf_jit_enable: 0 off, 1 on, 2 on with a trace; `undefined` where it is not known. */
  readonly jit: number | undefined;
  /** Options that the kernel was built with, `CONFIG_BPF` → `y`. Without a file that holds them, none. */
  readonly options: ReadonlyMap<string, string>;
}

/** Let bpftool try what this kernel takes. Needs root. @returns Its own words where it fails. */
export async function readBpfFeatures(bpftool: string): Promise<BpfFeatures | string> {
  try {
    return parseFeatures(await askBpftool(bpftool, ['feature', 'probe']));
  } catch (error) {
    if (error instanceof UserError) return error.message;
    throw error;
  }
}

/** @param answer - Of `bpftool --json feature probe`. What is not in it is not there. */
export function parseFeatures(answer: unknown): BpfFeatures {
  const all = toRecord(answer);
  const config = toRecord(all['system_config']);
  const helpers = toRecord(all['helpers'])['tracepoint_available_helpers'];
  const jit = config['bpf_jit_enable'];
  return {
    programTypes: listHad(all['program_types'], '_prog_type'),
    mapTypes: listHad(all['map_types'], '_map_type'),
    helpers: new Set(Array.isArray(helpers) ? helpers.map(String) : []),
    jit: typeof jit === 'number' ? jit : undefined,
    options: new Map(
      Object.entries(config).flatMap(([name, value]) =>
        name.startsWith('CONFIG_') && typeof value === 'string' ? [[name, value]] : [],
      ),
    ),
  };
}

/** `{ have_hash_map_type: true }` → `hash`. */
function listHad(answer: unknown, ending: string): Set<string> {
  const had = Object.entries(toRecord(answer)).filter(([, is]) => is === true);
  return new Set(had.map(([name]) => name.replace(/^have_/, '').replace(ending, '')));
}

function toRecord(value: unknown): Record<string, unknown> {
  return value !== null && typeof value === 'object' ? (value as Record<string, unknown>) : {};
}
