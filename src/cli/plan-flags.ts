import { type Command, InvalidArgumentError, Option } from 'commander';
import { type Settings, settingsSchema } from '../settings/settings.ts';

/** What decides about the plan; the same for every command that makes one. */
export interface PlanFlags {
  readonly mode: Settings['loadMode'];
  readonly apps: boolean;
  readonly cgroups: boolean;
  readonly pidTableSize: number;
  readonly bpftrace?: string;
}

/** Add the flags of `PlanFlags`. @param counts - Kept `apart` by app group and cgroup unless told not to, or `together`. */
export function addPlanFlags(command: Command, counts: 'apart' | 'together'): Command {
  command.addOption(
    new Option(
      '-m, --mode <mode>',
      'entry: what succeeded; return: also what was refused, which slows every system call a little',
    )
      .choices(['entry', 'return'])
      .default('entry'),
  );
  if (counts === 'apart') {
    command
      .option('--no-apps', 'do not keep counts apart by app group')
      .option('--no-cgroups', 'do not keep counts apart by cgroup and systemd service');
  } else {
    command
      .option('--apps', 'keep counts apart by app group', false)
      .option('--cgroups', 'keep counts apart by cgroup and systemd service', false);
  }
  return command
    .option(
      '--pid-table-size <number>',
      'how many different tasks a map of the kernel holds between two readings',
      parseTableSize,
      32_768,
    )
    .option('--bpftrace <file>', 'the bpftrace to run, by its full path', parseAbsolutePath);
}

export function toSettings(flags: PlanFlags, updateEverySeconds?: number): Settings {
  return settingsSchema.parse({
    loadMode: flags.mode,
    apps: flags.apps,
    cgroups: flags.cgroups,
    pidTableSize: flags.pidTableSize,
    bpftracePath: flags.bpftrace,
    updateEverySeconds,
  });
}

function parseTableSize(text: string): number {
  const size = Number(text);
  if (/^\d+$/.test(text) && size >= 64 && size <= 4_194_304) return size;
  throw new InvalidArgumentError('It must be a whole number from 64 to 4194304.');
}

function parseAbsolutePath(text: string): string {
  if (text.startsWith('/')) return text;
  throw new InvalidArgumentError('It must be a full path, beginning with /.');
}
