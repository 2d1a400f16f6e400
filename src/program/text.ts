/** Lines of a program, without their line breaks. */
export type Lines = readonly string[];

/** `head {`, the body two columns further right, `}`. */
export function block(head: string, body: Lines): string[] {
  return [`${head} {`, ...body.map((line) => `  ${line}`), '}'];
}

/** `if (condition) { … } else { … }`, the second part only where there is something in it. */
export function branch(condition: string, then: Lines, otherwise: Lines = []): string[] {
  const lines = block(`if (${condition})`, then);
  return otherwise.length === 0 ? lines : [...lines.slice(0, -1), ...block('} else', otherwise)];
}
