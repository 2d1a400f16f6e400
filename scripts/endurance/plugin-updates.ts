/** What the plugin said of one second of the whole machine. */
export interface Told {
  /** The second of the wall clock in which it came. */
  readonly second: number;
  /** Processes and threads created since the plugin's start. */
  readonly created: number;
  /** Share of them that was counted, in thousandths of a percent; `undefined` where nothing was checked. */
  readonly completeness: number | undefined;
}

const CREATED = 'system.process_thread';
const COMPLETENESS = 'ebpf_processes.completeness';

/** Reads the lines of a plugin that publishes every second, and keeps three numbers of each update. */
export class PluginUpdates {
  readonly told: Told[] = [];
  #chart = '';
  #created = 0;
  #completeness: number | undefined;

  /** @param wallMs - When it came. */
  take(line: string, wallMs: number): void {
    const [word, name = '', , value = ''] = line.split(' ');
    if (word === 'BEGIN') this.#chart = name;
    else if (word === 'SET' && this.#chart === CREATED) this.#created += Number(value);
    else if (word === 'SET' && this.#chart === COMPLETENESS) this.#completeness = Number(value);
    else if (word === 'END' && this.#chart === CREATED && this.#created > 0) this.#add(wallMs);
  }

  #add(wallMs: number): void {
    const second = Math.floor(wallMs / 1_000);
    this.told.push({ second, created: this.#created, completeness: this.#completeness });
    this.#created = 0;
    this.#completeness = undefined;
  }
}
