import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Machine, THIS_MACHINE } from '../../bpftrace/machine.ts';
import { Exposition } from '../../exporter/exposition.ts';
import { CONTENT_TYPES, chooseFormat, renderFamilies } from '../../exporter/render.ts';
import type { InstalledNetdata } from '../../scopes/apps/read-app-groups.ts';
import { compile } from '../../session/compile.ts';
import { GoneCgroups } from '../../session/gone-cgroups.ts';
import type { Session } from '../../session/session.ts';
import type { Snapshot } from '../../session/snapshot.ts';
import { startSession } from '../../session/start.ts';
import type { Settings } from '../../settings/settings.ts';
import { Interrupt } from '../command/interrupt.ts';
import { type ListenAddress, listen } from '../listen.ts';
import { openOutputFile } from '../output-file.ts';
import { readVersion } from '../version.ts';

const PERIOD_MS = 1_000;

/** A cgroup that is gone and had no event for so long is forgotten, with its series. */
const FORGET_AFTER_NS = 60e9;

/** Counters that are older are those of a bpftrace that hangs, or is being started again. */
const STALE_MS = 10_000;

export interface ExporterOptions {
  readonly settings: Settings;
  readonly warnings: readonly string[];
  readonly configDirectories: readonly string[];
  readonly netdata?: InstalledNetdata;
  readonly listen: ListenAddress;
  /** App groups, and cgroups, that have series of their own. */
  readonly mostScopes: number;
  /** A file to write instead of listening, every so many seconds. */
  readonly textfile: { readonly path: string; readonly everySeconds: number } | undefined;
}

/** Count, and tell Prometheus whenever it asks. @returns The exit code, once a signal ends it. */
export async function runExporter(
  options: ExporterOptions,
  io: NodeJS.Process,
  machine: Machine = THIS_MACHINE,
): Promise<number> {
  const { settings, configDirectories, netdata } = options;
  const say = (sentence: string) => io.stderr.write(`ebpf-processes: ${sentence}\n`);
  for (const warning of options.warnings) say(warning);
  const interrupt = new Interrupt(io);
  const stand = new Stand(options);
  const server =
    options.textfile === undefined
      ? await listen(options.listen, (request, response) => stand.answer(request, response))
      : undefined;
  let session: Session | undefined;
  try {
    const compiled = await compile(settings, io.geteuid?.() ?? 0, configDirectories, machine);
    session = await startSession(
      compiled,
      {
        periodMs: PERIOD_MS,
        configDirectories,
        netdata,
        command: undefined,
        onNotice: say,
        machine,
      },
      interrupt.signal,
    );
    const { facts, plan } = session.compiled;
    const { mostScopes } = options;
    const version = readVersion();
    stand.open(session, new Exposition({ facts, plan, version, wants: settings, mostScopes }));
    if (server !== undefined) say(`listening on ${nameAddress(server.address())}`);
    await follow(session, stand, interrupt.signal);
    return 0;
  } catch (error) {
    if (interrupt.signal.aborted) return 0;
    throw error;
  } finally {
    server?.close();
    server?.closeAllConnections();
    interrupt.stop();
    await session?.stop();
  }
}

/** Take every snapshot until the interrupt comes. */
async function follow(session: Session, stand: Stand, interrupt: AbortSignal): Promise<void> {
  interrupt.addEventListener('abort', () => session.abort(interrupt.reason));
  if (interrupt.aborted) return;
  const gone = new GoneCgroups(session);
  let before = session.latest;
  for (;;) {
    let snapshot = await session.next();
    if (snapshot.totals.kernelNs - before.totals.kernelNs >= FORGET_AFTER_NS) {
      snapshot = gone.forget({ open: before, close: snapshot });
      before = snapshot;
    }
    await stand.take(snapshot);
  }
}

/** What is told to whoever asks. */
class Stand {
  readonly #options: ExporterOptions;
  #session: Session | undefined;
  #exposition: Exposition | undefined;
  #snapshot: Snapshot | undefined;
  #tookAtMs = Number.NEGATIVE_INFINITY;
  #wroteAtMs = Number.NEGATIVE_INFINITY;

  constructor(options: ExporterOptions) {
    this.#options = options;
  }

  open(session: Session, exposition: Exposition): void {
    this.#session = session;
    this.#exposition = exposition;
  }

  async take(snapshot: Snapshot): Promise<void> {
    this.#snapshot = snapshot;
    this.#tookAtMs = performance.now();
    const { textfile } = this.#options;
    if (textfile === undefined) return;
    if (this.#tookAtMs - this.#wroteAtMs < textfile.everySeconds * 1_000) return;
    this.#wroteAtMs = this.#tookAtMs;
    const file = openOutputFile(textfile.path);
    try {
      file.write(await this.#render('text'));
    } finally {
      file.close();
    }
  }

  answer(request: IncomingMessage, response: ServerResponse): void {
    const path = request.url?.split('?')[0];
    if (path === '/healthz') this.#answerHealth(response);
    else if (path === '/metrics') {
      this.#answerMetrics(request, response).catch(() => response.writeHead(500).end());
    } else if (path === '/') {
      response.writeHead(200, { 'Content-Type': 'text/plain' }).end('/metrics\n/healthz\n');
    } else response.writeHead(404).end();
  }

  #answerHealth(response: ServerResponse): void {
    const ageMs = performance.now() - this.#tookAtMs;
    const isWell = ageMs < STALE_MS;
    const text = isWell ? 'ok' : this.#snapshot === undefined ? 'starting' : 'no new counters';
    response.writeHead(isWell ? 200 : 503, { 'Content-Type': 'text/plain' }).end(`${text}\n`);
  }

  async #answerMetrics(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (this.#snapshot === undefined) {
      response.writeHead(503, { 'Content-Type': 'text/plain' }).end('starting\n');
      return;
    }
    const format = chooseFormat(request.headers.accept);
    const text = await this.#render(format);
    response.writeHead(200, { 'Content-Type': CONTENT_TYPES[format] }).end(text);
  }

  async #render(format: keyof typeof CONTENT_TYPES): Promise<string> {
    const [session, exposition, snapshot] = [this.#session, this.#exposition, this.#snapshot];
    if (session === undefined || exposition === undefined || snapshot === undefined) return '';
    return await renderFamilies(exposition.build(snapshot, session.readUsage()), format);
  }
}

function nameAddress(address: AddressInfo | string | null): string {
  if (address === null || typeof address === 'string') return String(address);
  const host = address.family === 'IPv6' ? `[${address.address}]` : address.address;
  return `http://${host}:${address.port}/metrics`;
}
