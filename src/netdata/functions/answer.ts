/** What a function answers: JSON that has its status, which is an HTTP status. */
export interface Answer {
  readonly status: number;
}

/** An answer that says what was wrong with the call. */
export function refuse(status: 400 | 404 | 500 | 503, sentence: string): Answer {
  const refusal = { status, errorMessage: sentence, error_message: sentence };
  return refusal;
}

/**
 * The lines of an answer. They are to be written at once: between them the agent takes every line for a part of it.
 *
 * @param nowSeconds - Unix time; the answer is good for this second.
 */
export function renderAnswer(transaction: string, answer: Answer, nowSeconds: number): string {
  const expires = answer.status === 200 ? nowSeconds + 1 : nowSeconds;
  return [
    `FUNCTION_RESULT_BEGIN ${transaction} ${answer.status} application/json ${expires}`,
    JSON.stringify(answer),
    'FUNCTION_RESULT_END',
    '',
  ].join('\n');
}
