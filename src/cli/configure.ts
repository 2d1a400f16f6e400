import { UserError } from '../errors.ts';
import type { InstalledNetdata } from '../scopes/apps/read-app-groups.ts';
import {
  buildConfiguration,
  type Configuration,
  describeInstead,
  type Sources,
} from '../settings/configuration.ts';
import { quote } from '../settings/parse-conf.ts';
import type { Settings } from '../settings/settings.ts';
import {
  isDirectory,
  listConfigDirectories,
  listStockDirectories,
  readConfFiles,
} from './config-files.ts';
import { type OptionFlags, sayFlags } from './option-flags.ts';

/** The configuration of one of the programs, and what it was read from. */
export interface Configured extends Configuration {
  /** The files that were read; a value of an earlier one overrides that of a later one. */
  readonly files: readonly string[];
  /** Where files are looked for, in this order. */
  readonly directories: readonly string[];
  /** The Netdata as which lists of app groups are read. */
  readonly netdata: InstalledNetdata;
  /** How often the plugin updates its charts, and who says so; for its log. */
  readonly updateEvery: string;
}

/** Read the configuration from the command line and the files. */
export function configure(
  flags: OptionFlags,
  environment: NodeJS.ProcessEnv,
  program: Sources['program'],
  updateEveryArgument?: string,
): Configured {
  const { configDir } = flags;
  const directories = listConfigDirectories(environment, configDir);
  const { processConf, mainConf, problems } = readConfFiles(directories);
  const isWanted =
    updateEveryArgument !== undefined &&
    updateEveryArgument !== (environment['NETDATA_UPDATE_EVERY'] ?? updateEveryArgument);
  const configuration = buildConfiguration({
    flags: sayFlags(flags),
    processConf,
    mainConf,
    updateEveryArgument,
    isUpdateEveryWanted: isWanted,
    program,
  });
  const { appsGroupsFormat } = configuration.settings;
  const missing =
    configDir === undefined || isDirectory(configDir)
      ? []
      : [`--config-dir must be a directory, not ${quote(configDir)}`];
  return {
    ...configuration,
    problems: [
      ...missing.map((sentence) => ({ sentence, from: 'flag' as const })),
      ...problems.map((sentence) => ({ sentence, from: 'file' as const })),
      ...configuration.problems,
    ],
    files: [processConf, mainConf].flatMap((file) => file?.path ?? []),
    directories: directories.map(({ path }) => path),
    netdata: {
      version: appsGroupsFormat === 'auto' ? environment['NETDATA_VERSION'] : appsGroupsFormat,
      stockDirectories: listStockDirectories(environment),
    },
    updateEvery: describeUpdateEvery(configuration, isWanted ? updateEveryArgument : undefined),
  };
}

/** @param wanted - What the user has set for this plugin in `netdata.conf`. */
function describeUpdateEvery(
  { settings, origins }: Configuration,
  wanted: string | undefined,
): string {
  const { updateEverySeconds: seconds } = settings;
  const { kind, place } = origins.updateEverySeconds;
  const where = kind === 'argument' ? 'netdata.conf' : place;
  const instead = wanted !== undefined && kind !== 'argument' ? `, not ${wanted} s` : '';
  return `an update every ${seconds} s (${where}${instead && `${instead} as netdata.conf says`})`;
}

/**
 * The settings of a configuration whose flags are right. What is wrong in a file is no reason to refuse: others may have
 * written it, see `warningsOf`.
 *
 * @throws UserError with everything that is wrong, where a flag is.
 */
export function requireSettings(configured: Configured): Settings {
  if (configured.problems.some(({ from }) => from === 'flag')) throw describeWrong(configured);
  return configured.settings;
}

/** What is wrong in the files, one sentence each, and which value is used instead. */
export function warningsOf(configured: Configured): string[] {
  return configured.problems
    .filter(({ from }) => from !== 'flag')
    .map((problem) => describeInstead(problem, configured));
}

/** Tell a person what is wrong in the files. */
export function printWarnings(configured: Configured, stderr: NodeJS.WriteStream): void {
  for (const warning of warningsOf(configured)) stderr.write(`warning: ${warning}\n`);
}

/** Everything that is wrong, as an error. */
export function describeWrong({ problems, files }: Configured): UserError {
  const sentences = problems.map(({ sentence }) => sentence).join('\nerror: ');
  return new UserError('USAGE', sentences, {
    hint:
      files.length === 0
        ? 'ebpf-processes --help names all options'
        : `the files are ${files.join(' and ')}; ebpf-processes config shows the values in use`,
  });
}
