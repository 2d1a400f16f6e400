/** One precondition: its state, how it was found out, and what to do about it. */
export interface Check {
  readonly name: string;
  /** `error`: nothing works, something that was asked for does not, or somebody is made root; `warning`: something is worse than it could be. */
  readonly state: 'ok' | 'warning' | 'error';
  readonly finding: string;
  /** The file or the command that says so. */
  readonly checked: string;
  /** A command, or what to change where no command can; `null` where there is nothing to do. */
  readonly remedy: string | null;
  /** Another way to attach takes its place: it matters no more than the plan says. */
  readonly spare?: true;
}

/** A check of what something else takes the place of. */
export function spare(check: Check): Check {
  return { ...check, spare: true };
}

export function ok(name: string, finding: string, checked: string): Check {
  return { name, state: 'ok', finding, checked, remedy: null };
}

export function warning(
  name: string,
  finding: string,
  checked: string,
  remedy: string | null,
): Check {
  return { name, state: 'warning', finding, checked, remedy };
}

export function error(
  name: string,
  finding: string,
  checked: string,
  remedy: string | null,
): Check {
  return { name, state: 'error', finding, checked, remedy };
}
