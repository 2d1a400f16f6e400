import { printable } from '../../report/page-table.ts';
import { renderCsvHeader, renderCsvRow } from '../../watch/columns.ts';
import { renderHeader, renderLine } from '../../watch/lines.ts';
import { endOf, type Update } from '../../watch/update.ts';
import { writeAll } from '../output-stream.ts';
import { showTime } from './watch-time.ts';
import type { WatchFormat, WatchView } from './watch-view.ts';

/** Lines from one header to the next where standard output is no terminal, as vmstat has it. */
const LINES_PER_HEADER = 22;

/** Writes one line for each interval. */
export class LineView implements WatchView {
  readonly #io: NodeJS.Process;
  readonly #format: Exclude<WatchFormat, 'screen'>;
  #written = 0;
  /** For the next line of JSON. */
  #notices: string[] = [];

  constructor(io: NodeJS.Process, format: Exclude<WatchFormat, 'screen'>) {
    this.#io = io;
    this.#format = format;
  }

  async show({ report }: Update): Promise<void> {
    const isFirst = this.#written === 0;
    switch (this.#format) {
      case 'jsonl':
        await this.#write(
          `${JSON.stringify({ ...report, notes: [...this.#notices, ...report.notes] })}\n`,
        );
        this.#notices = [];
        break;
      case 'csv':
        await this.#write(`${isFirst ? renderCsvHeader() : ''}${renderCsvRow(report)}`);
        break;
      case 'lines': {
        const { columns, rows } = this.#io.stdout;
        const perHeader = rows > 3 ? rows - 2 : LINES_PER_HEADER;
        const header = this.#written % perHeader === 0 ? `${renderHeader()}\n` : '';
        const line = renderLine(report, showTime(endOf(report)), columns > 0 ? columns : undefined);
        await this.#write(`${header}${line}\n`);
      }
    }
    this.#written += 1;
  }

  /** On standard error, or in the next line of JSON. */
  say(notice: string): void {
    if (this.#format === 'jsonl') this.#notices.push(notice);
    else this.#io.stderr.write(`note: ${printable(notice)}\n`);
  }

  close(): void {
    // Nothing is held.
  }

  #write(text: string): Promise<void> {
    return writeAll(this.#io.stdout, text);
  }
}
