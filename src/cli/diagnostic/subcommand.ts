import type { Command } from 'commander';

/** What the commands share: what they were given, and what they leave behind. */
export interface Cli {
  /** The process that they run in. */
  readonly io: NodeJS.Process;
  /** The words after `--`: the command to watch; empty where there is none. */
  readonly watched: readonly string[];
  /** The exit code that they set. */
  exitCode: number;
}

/** `ebpf-processes NAME`. */
export interface Subcommand {
  readonly name: string;
  /** One line for `ebpf-processes --help`. */
  readonly explains: string;
  /** Give it its arguments, its options and its action. What the action needs is loaded there, so that others start fast. */
  build(command: Command, cli: Cli): void;
}
