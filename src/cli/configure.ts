import { UserError } from '../errors.ts';
import { buildConfiguration, type Configuration, type Sources } from '../settings/configuration.ts';
import { quote } from '../settings/parse-conf.ts';
import type { Settings } from '../settings/settings.ts';
import { isDirectory, listConfigDirectories, readConfFiles } from './config-files.ts';
import { type OptionFlags, sayFlags } from './option-flags.ts';

/** The configuration of one of the programs, and what it was read from. */
export interface Configured extends Configuration {
  /** The files that were read; a value of an earlier one overrides that of a later one. */
  readonly files: readonly string[];
  /** Where files are looked for, in this order. */
  readonly directories: readonly string[];
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
  const configuration = buildConfiguration({
    flags: sayFlags(flags),
    processConf,
    mainConf,
    updateEveryArgument,
    program,
  });
  const missing =
    configDir === undefined || isDirectory(configDir)
      ? []
      : [`--config-dir must be a directory, not ${quote(configDir)}`];
  return {
    ...configuration,
    problems: [
      ...[...missing, ...problems].map((sentence) => ({ sentence })),
      ...configuration.problems,
    ],
    files: [processConf, mainConf].flatMap((file) => file?.path ?? []),
    directories: directories.map(({ path }) => path),
  };
}

/**
 * The settings of a valid configuration.
 *
 * @throws UserError with everything that is wrong.
 */
export function requireSettings({ settings, problems, files }: Configured): Settings {
  if (problems.length === 0) return settings;
  const sentences = problems.map(({ sentence }) => sentence).join('\nerror: ');
  throw new UserError('USAGE', sentences, {
    hint:
      files.length === 0
        ? 'ebpf-processes --help names all options'
        : `the files are ${files.join(' and ')}; ebpf-processes config shows the values in use`,
  });
}
