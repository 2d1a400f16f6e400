import { THRESHOLDS } from '../../report/verdict/thresholds.ts';

const WORDS: Readonly<Record<keyof typeof THRESHOLDS, readonly [name: string, text: string]>> = {
  stormPerSecond: ['storm', 'N processes, or threads, created in a second on the whole machine'],
  stormShare: ['who makes a storm', 'a program in one cgroup that created N of them'],
  crashes: ['crash loop by signal', 'N exits of one program by signals of a fault'],
  failures: ['crash loop by status', 'N exits of one program that failed'],
  failureShare: ['share of failures', 'if they are N of all exits of that program'],
  newZombies: ['new zombies', 'N new zombies of one parent in the window'],
  zombieSeconds: ['age of zombies', 'of which one was started N s ago or earlier'],
  zombies: ['zombies', 'N zombies of one parent, old ones too'],
  limitShare: ['limit near', 'N of a limit on tasks is in use'],
};

/** From where on each finding is told, in words. A share is in percent. */
export function describeThresholds(): (readonly [name: string, text: string])[] {
  return Object.entries(WORDS).map(([key, [name, text]]) => {
    const value: number = THRESHOLDS[key as keyof typeof THRESHOLDS];
    const shown = value < 1 ? `${Math.round(value * 100)} %` : String(value);
    return [name, text.replace(/\bN\b/, shown)];
  });
}
