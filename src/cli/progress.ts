/** One line on a terminal that says what is going on. */
export interface Progress {
  say(sentence: string): void;
  end(): void;
}

const NONE: Progress = { say: () => undefined, end: () => undefined };

/**
 * Show progress on standard error where that is a terminal.
 *
 * @param isWanted - False while a command of the user's writes to the same terminal.
 */
export async function openProgress(
  stderr: NodeJS.WriteStream,
  isWanted: boolean,
): Promise<Progress> {
  // A serial console may say that it is 0 columns wide; ora would clear lines on it without end.
  if (!isWanted || !stderr.isTTY || !(stderr.columns > 0)) return NONE;
  const { default: ora } = await import('ora');
  // Without discardStdin ora leaves the terminal's input alone, so that Ctrl-C stays a signal.
  const spinner = ora({ stream: stderr, discardStdin: false }).start();
  return {
    say: (sentence) => {
      spinner.text = sentence;
    },
    end: () => spinner.stop(),
  };
}
