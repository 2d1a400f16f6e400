/** What the plugin said of one second of the whole machine. */
export interface Told {
  /** The second of the wall clock at whose begin its dump was cut. It may come later. */
  readonly second: number;
  /** Updates that were due since the one before, and never came. */
  readonly missedBefore: number;
  /** Processes and threads created since the plugin's start. */
  readonly created: number;
  /** Share of them that was counted, in thousandths of a percent; `undefined` where nothing was checked. */
  readonly completeness: number | undefined;
}

const CREATED = 'system.process_thread';
const COMPLETENESS = 'netdata.ebpf_processes_completeness';

/** Reads the lines of a plugin that publishes every second, and keeps three numbers of each update. */
export class PluginUpdates {
  readonly told: Told[] = [];
  #chart = '';
  #second: number | undefined;
  #elapsedUs = 0;
  #created = 0;
  #completeness: number | undefined;

  /** @param wallMs - When it came; the first update is taken to be in time. */
  take(line: string, wallMs: number): void {
    const [word, name = '', elapsedUs = '', value = ''] = line.split(' ');
    if (word === 'BEGIN') {
      this.#chart = name;
      if (name === CREATED) this.#elapsedUs += Number(elapsedUs);
    } else if (word === 'SET' && this.#chart === CREATED) this.#created += Number(value);
    else if (word === 'SET' && this.#chart === COMPLETENESS) this.#completeness = Number(value);
    else if (word === 'END' && this.#chart === CREATED && this.#created > 0) this.#add(wallMs);
  }

  #add(wallMs: number): void {
    const elapsed = Math.round(this.#elapsedUs / 1e6);
    this.#second = this.#second === undefined ? Math.floor(wallMs / 1_000) : this.#second + elapsed;
    this.told.push({
      second: this.#second,
      missedBefore: Math.max(0, elapsed - 1),
      created: this.#created,
      completeness: this.#completeness,
    });
    this.#elapsedUs = 0;
    this.#created = 0;
    this.#completeness = undefined;
  }
}
