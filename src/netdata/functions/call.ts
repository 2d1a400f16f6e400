/** A call of a function, as the agent writes it to a plugin's standard input. */
export interface Call {
  /** By which the agent knows the answer. */
  readonly transaction: string;
  readonly name: string;
  /** The words behind the name. */
  readonly words: readonly string[];
}

/** @see netdata/netdata src/plugins.d/README.md: `FUNCTION transaction timeout "name and words" [access] [source]` */
const CALL =
  /^FUNCTION(?:_PAYLOAD)? '?"?([\w-]{1,64})'?"? +'?"?\d+'?"? +(?:"([^"]*)"|'([^']*)'|(\S+))/;

const PAYLOAD_END = /^FUNCTION_PAYLOAD_END\b/;

/** Finds the calls among the lines of standard input. A payload says nothing that we need, and what else comes is not for us. */
export class CallReader {
  #withPayload: Call | undefined;
  #isInPayload = false;

  /** @returns The call that is complete with this line. */
  take(line: string): Call | undefined {
    if (this.#isInPayload) {
      if (!PAYLOAD_END.test(line)) return undefined;
      this.#isInPayload = false;
      return this.#withPayload;
    }
    const call = parseCall(line);
    if (!line.startsWith('FUNCTION_PAYLOAD ')) return call;
    this.#isInPayload = true;
    this.#withPayload = call;
    return undefined;
  }
}

function parseCall(line: string): Call | undefined {
  const [, transaction, ...texts] = CALL.exec(line) ?? [];
  const text = texts.find((candidate) => candidate !== undefined);
  const [name, ...words] = text?.split(/[\s=]+/).filter((word) => word !== '') ?? [];
  return transaction === undefined || name === undefined ? undefined : { transaction, name, words };
}
