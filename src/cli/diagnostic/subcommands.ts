import { completion } from './completion.ts';
import { config } from './config.ts';
import { doctor } from './doctor.ts';
import { exporter } from './exporter.ts';
import { plan } from './plan.ts';
import { program } from './program.ts';
import { record } from './record.ts';
import { replay } from './replay.ts';
import { schema } from './schema.ts';
import { setup } from './setup.ts';
import type { Subcommand } from './subcommand.ts';
import { watch } from './watch.ts';

/** The commands that have a name, in the order of the help. */
export const SUBCOMMANDS: readonly Subcommand[] = [
  // One a line.
  watch,
  record,
  replay,
  exporter,
  program,
  plan,
  config,
  doctor,
  schema,
  completion,
  setup,
];
