import { demand, readWhole } from './chart-lines.ts';
import { BadLine } from './words.ts';

/** The answer to one call of a function. */
export interface ReadResult {
  readonly transaction: string;
  readonly code: number;
  readonly contentType: string;
  /** Unix time in seconds until which the answer may be kept. */
  readonly expires: number;
  readonly body: string;
}

/** Bytes of an answer that an agent takes. */
const LONGEST_BODY = 20 * 1024 * 1024;

const CONTENT_TYPES = ['application/json', 'text/plain', 'application/xml', 'text/html'];

/** `FUNCTION [GLOBAL] name timeout help`, and since 2.0 `tags access priority version`. @returns The function's name. */
export function readFunction(words: readonly string[]): string {
  const [name = '', timeout = '', help = '', tags, access, priority, version] =
    words[0] === 'GLOBAL' ? words.slice(1) : words;
  demand(help !== '', 'FUNCTION without a name, a timeout or a help');
  demand(/^[\w,\-./: ]+$/.test(name), `the function ${name}`);
  demand(!/^config( |$)/.test(name), 'a function of this name is refused');
  demand(readWhole(timeout, 'timeout') > 0, `a timeout of ${timeout} s`);
  if (tags === undefined) return name;
  demand(/^0x[\da-f]+$/.test(access ?? ''), `the access ${access}`);
  readWhole(priority ?? '', 'priority');
  if (version !== undefined) readWhole(version, 'version');
  return name;
}

/** An answer whose lines come one by one. `FUNCTION_RESULT_BEGIN transaction code type expires` */
export class ResultLines {
  readonly #head: Omit<ReadResult, 'body'>;
  #body = '';

  constructor(words: readonly string[]) {
    demand(words.length === 4, `FUNCTION_RESULT_BEGIN has ${words.length} words, not 4`);
    const [transaction = '', code = '', contentType = '', expires = ''] = words;
    demand(transaction !== '', 'an answer to nobody');
    demand(readWhole(code, 'code') >= 200, `the code ${code}`);
    demand(CONTENT_TYPES.includes(contentType), `the content type ${contentType}`);
    this.#head = {
      transaction,
      code: Number(code),
      contentType,
      expires: readWhole(expires, 'expires'),
    };
  }

  take(line: string): void {
    this.#body += `${line}\n`;
    demand(this.#body.length < LONGEST_BODY, 'an answer of more than 20 MiB');
  }

  end(): ReadResult {
    const { code, contentType } = this.#head;
    if (contentType === 'application/json') {
      const { status } = parse(this.#body);
      demand(status === code, `an answer with code ${code} whose status is ${status}`);
    }
    return { ...this.#head, body: this.#body };
  }
}

function parse(body: string): { readonly status?: number } {
  try {
    return JSON.parse(body);
  } catch {
    throw new BadLine(`an answer that is no JSON: ${body.slice(0, 80)}`);
  }
}
