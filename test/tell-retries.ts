import type { Reporter, TestCase } from 'vitest/node';

/** Names each test that passed only when it ran again, with what it said at first. */
export class TellRetries implements Reporter {
  onTestCaseResult(testCase: TestCase): void {
    const { retryCount = 0 } = testCase.diagnostic() ?? {};
    const { state, errors = [] } = testCase.result();
    if (state !== 'passed' || retryCount === 0) return;
    process.stdout.write(
      `passed only when it ran again: ${testCase.fullName}\n${errors[0]?.message ?? ''}\n`,
    );
  }
}
