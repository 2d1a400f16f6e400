/** A field of a tracepoint's record, as its `format` file describes it. */
export interface FormatField {
  readonly name: string;
  /** Where it lies in the record, in bytes. */
  readonly offset: number;
  readonly bytes: number;
}

/** Read the fields of a tracefs `format` file: lines such as `\tfield:char comm[16];\toffset:8;\tsize:16;\tsigned:0;`. */
export function parseFields(format: string): FormatField[] {
  return format.split('\n').flatMap((line) => {
    const [declaration = '', offset = '', size = ''] = line.split(';', 3);
    const [, offsetDigits] = /^\toffset:(\d{1,9})$/.exec(offset) ?? [];
    const [, sizeDigits] = /^\tsize:(\d{1,9})$/.exec(size) ?? [];
    const name = declaration.startsWith('\tfield:') ? findName(declaration) : '';
    if (name === '' || offsetDigits === undefined || sizeDigits === undefined) return [];
    return [{ name, offset: Number(offsetDigits), bytes: Number(sizeDigits) }];
  });
}

/** The name in a declaration of C, such as `__data_loc char[] filename` or `char comm[16]`; empty where there is none. */
export function findName(declaration: string): string {
  const end = declaration.endsWith(']') ? declaration.lastIndexOf('[') : declaration.length;
  let begin = end;
  while (begin > 0 && /\w/.test(declaration.charAt(begin - 1))) begin -= 1;
  return declaration.slice(begin, end);
}
