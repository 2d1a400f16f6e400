import type { Attribution } from '../attribution/open-attribution.ts';
import type { Sample } from '../counters/samples.ts';
import { UserError } from '../errors.ts';
import { buildCharts, type Chart } from '../output/charts.ts';
import { renderChartDefinitions, renderRound } from '../output/plugins-d.ts';
import { ScopeRounds } from '../output/scope-rounds.ts';
import type { Plan } from '../plan/plan.ts';
import type { Settings } from '../settings/settings.ts';
import { attribute } from './attribute.ts';
import { compile } from './compile.ts';
import { log } from './log.ts';
import { listenForEnd } from './plugin-end.ts';
import { Watch } from './watch.ts';

/** One frame a second, whatever the update every: it is also what keeps an orphaned bpftrace from living on. */
const PERIOD_MS = 1_000;

/**
 * An empty line means nothing to Netdata. Written this often it tells us soon when nobody reads any more, and tells
 * Netdata, which gives up on a plugin after 120 s of silence, that we are there.
 */
const KEEP_ALIVE_MS = 400;

/** Failures that another start will not mend: Netdata is told not to try. */
const PERMANENT: readonly UserError['code'][] = [
  'NOT_ROOT',
  'TRACEFS_UNREADABLE',
  'BPFTRACE_MISSING',
  'BPFTRACE_UNUSABLE',
  'NOTHING_TO_ATTACH',
  'PROGRAM_REJECTED',
];

/**
 * Speak plugins.d on standard output until told to end.
 *
 * @returns The exit code: 0 when told to end, 1 on a failure.
 */
export async function runPlugin(settings: Settings, io: NodeJS.Process): Promise<number> {
  const end = listenForEnd(io);
  const keepAlive = setInterval(() => io.stdout.write('\n'), KEEP_ALIVE_MS);
  let watch: Watch | undefined;
  try {
    const compiled = await compile(settings, io.geteuid?.() ?? 0);
    const attribution = attribute(compiled.plan, io.env, []);
    for (const problem of attribution?.problems ?? []) log(io.stderr, 'ERROR', problem);
    const rounds = new Rounds(
      buildCharts(compiled.plan),
      settings.updateEverySeconds,
      io.stdout,
      renderScopesOf(attribution, compiled.plan, settings),
    );
    watch = new Watch(compiled, {
      periodMs: PERIOD_MS,
      attributor: attribution?.attributor,
      onSample: (sample) => rounds.take(sample),
      onNotice: (sentence) => log(io.stderr, 'ERROR', sentence),
    });
    await Promise.race([end.happened, collect(watch, rounds)]);
    return 0;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    log(
      io.stderr,
      'ERROR',
      error.hint === undefined ? error.message : `${error.message}; ${error.hint}`,
    );
    if (PERMANENT.includes(error.code)) io.stdout.write('DISABLE\n');
    return 1;
  } finally {
    clearInterval(keepAlive);
    await watch?.stop();
    end.stop();
  }
}

/** Never resolves; rejects when the tracer has failed for good. */
async function collect(watch: Watch, rounds: Rounds): Promise<never> {
  await watch.start();
  rounds.open(watch.latest);
  for (;;) await watch.nextSample();
}

/** Writes a round for each sample that ends an interval. */
class Rounds {
  readonly #charts: readonly Chart[];
  readonly #updateEverySeconds: number;
  readonly #stdout: NodeJS.WriteStream;
  readonly #renderScopes: (elapsedUs: number | undefined) => string;
  #isOpen = false;
  #previous: { readonly sample: Sample; readonly atUs: number } | undefined;

  /** @param renderScopes - The lines of one round of all that is attributed. */
  constructor(
    charts: readonly Chart[],
    updateEverySeconds: number,
    stdout: NodeJS.WriteStream,
    renderScopes: (elapsedUs: number | undefined) => string,
  ) {
    this.#charts = charts;
    this.#updateEverySeconds = updateEverySeconds;
    this.#stdout = stdout;
    this.#renderScopes = renderScopes;
  }

  /** From this sample on everything is counted: introduce the charts. */
  open(sample: Sample): void {
    this.#isOpen = true;
    this.#stdout.write(renderChartDefinitions(this.#charts, this.#updateEverySeconds));
    this.take(sample);
  }

  take(sample: Sample): void {
    const isDue = sample.period % this.#updateEverySeconds === 0;
    // A reader that lags gets fewer rounds; counters lose nothing by that.
    if (this.#isOpen && isDue && !this.#stdout.writableNeedDrain) this.#publish(sample);
  }

  #publish(sample: Sample): void {
    const atUs = Math.round(performance.now() * 1000);
    const before = this.#previous;
    const elapsedUs = before === undefined ? undefined : atUs - before.atUs;
    const system = renderRound(this.#charts, before?.sample, sample, elapsedUs);
    this.#stdout.write(system + this.#renderScopes(elapsedUs));
    this.#previous = { sample, atUs };
  }
}

/** Cgroups that are gone without a word of the kernel's are found by a walk over all; that costs 25 µs each. */
const WALK_EVERY_MS = 10_000;

/** The lines of one round of all that is attributed; none where nothing is. */
function renderScopesOf(
  attribution: Attribution | undefined,
  plan: Plan,
  settings: Settings,
): (elapsedUs: number | undefined) => string {
  if (attribution === undefined) return () => '';
  const { attributor, cgroups } = attribution;
  const rounds = new ScopeRounds(plan, settings, settings.updateEverySeconds);
  let walkedAtMs = Number.NEGATIVE_INFINITY;
  return (elapsedUs) => {
    const nowMs = performance.now();
    if (nowMs - walkedAtMs >= WALK_EVERY_MS) {
      walkedAtMs = nowMs;
      cgroups?.paths.walk(nowMs);
    }
    return rounds.render(attributor, (path) => cgroups?.paths.isLive(path) ?? true, elapsedUs);
  };
}
