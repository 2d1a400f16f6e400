import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import type { Readable, Writable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';

/** How a page is looked at. */
export interface View {
  readonly width: number;
  readonly scheme: 'light' | 'dark';
}

/** What the browser says about a page that was loaded. */
export interface Loaded {
  /** The value of an expression in the page, by way of JSON. */
  evaluate<Value>(expression: string): Promise<Value>;
  /** Errors and warnings of the console, of the security policy and of the network, in words. */
  readonly complaints: readonly string[];
  /** Addresses that the page asked for, its own among them. */
  readonly requests: readonly string[];
}

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: Record<string, never>;
  readonly result?: Record<string, never>;
  readonly error?: { readonly message: string };
}

const NUL = '\0';

const COMPLAINTS = ['Log.entryAdded', 'Runtime.consoleAPICalled', 'Runtime.exceptionThrown'];

/** A headless Chromium without network, driven over the pipe of its debugging protocol. */
export class Chromium {
  readonly #child: ChildProcess;
  readonly #profile: string;
  readonly #answers = new Map<number, (message: Message) => void>();
  #listener: (message: Message) => void = () => undefined;
  #id = 0;

  /** @param file - The program. */
  constructor(file: string) {
    this.#profile = mkdtempSync(`${tmpdir()}/ebpf-processes-chromium-`);
    const flags = [
      ...['--headless=new', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'],
      ...['--remote-debugging-pipe', '--hide-scrollbars', '--no-first-run'],
      ...[`--user-data-dir=${this.#profile}`, '--proxy-server=127.0.0.1:1'],
    ];
    this.#child = spawn(file, [...flags, 'about:blank'], {
      stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'],
    });
    this.#read(this.#child.stdio[4] as Readable);
  }

  /** Load a file, and wait until it is there. */
  async load(path: string, { width, scheme }: View): Promise<Loaded> {
    const complaints: string[] = [];
    const requests: string[] = [];
    const { targetId } = await this.#send('Target.createTarget', { url: 'about:blank' });
    const { sessionId } = await this.#send('Target.attachToTarget', { targetId, flatten: true });
    const send = (method: string, params: object = {}) => this.#send(method, params, sessionId);
    this.#listener = ({ method, params = {} }) => {
      const { request } = params as { request?: { url: string } };
      if (method === 'Network.requestWillBeSent') requests.push(request?.url ?? '');
      if (COMPLAINTS.includes(method ?? '')) complaints.push(JSON.stringify(params));
    };
    for (const domain of ['Page', 'Runtime', 'Log', 'Network']) await send(`${domain}.enable`);
    await send('Emulation.setDeviceMetricsOverride', {
      ...{ width, height: 800, deviceScaleFactor: 1, mobile: width < 600 },
    });
    await send('Emulation.setEmulatedMedia', {
      features: [{ name: 'prefers-color-scheme', value: scheme }],
    });
    const evaluate = async (expression: string) => {
      const { result } = await send('Runtime.evaluate', { expression, returnByValue: true });
      return result?.['value'] as never;
    };
    const url = `file://${path}`;
    await send('Page.navigate', { url });
    const isThere = `document.readyState === 'complete' && location.href === '${url}'`;
    while (!(await evaluate(isThere))) await delay(20);
    return { complaints, requests, evaluate };
  }

  async close(): Promise<void> {
    const ended = once(this.#child, 'exit');
    await this.#send('Browser.close', {}).catch(() => this.#child.kill('SIGKILL'));
    await ended;
    rmSync(this.#profile, { recursive: true, force: true, maxRetries: 5 });
  }

  #read(pipe: Readable): void {
    let rest = '';
    pipe.setEncoding('utf8');
    pipe.on('data', (chunk: string) => {
      const messages = (rest + chunk).split(NUL);
      rest = messages.pop() ?? '';
      for (const text of messages) {
        const message = JSON.parse(text) as Message;
        if (message.id === undefined) this.#listener(message);
        else this.#answers.get(message.id)?.(message);
      }
    });
  }

  #send(method: string, params: object, sessionId?: string): Promise<Record<string, never>> {
    this.#id += 1;
    const id = this.#id;
    const pipe = this.#child.stdio[3] as Writable;
    return new Promise((resolve, reject) => {
      const gone = () => reject(new Error(`Chromium ended before it answered ${method}`));
      this.#child.once('exit', gone);
      this.#answers.set(id, ({ result = {}, error }) => {
        this.#child.off('exit', gone);
        this.#answers.delete(id);
        if (error === undefined) resolve(result);
        else reject(new Error(`${method}: ${error.message}`));
      });
      pipe.write(`${JSON.stringify({ id, method, params, sessionId })}${NUL}`);
    });
  }
}
