/**
 * Prints what failed in vitest's JSON report, and a last line "N passed, N failed", at the end of .ci/run. A test file that failed before its
 * first test counts as one failure, and so does a report that is missing or contains no tests.
 */
import { readFileSync } from 'node:fs';

/** The part of the report that is used here. */
interface Report {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly message: string;
    readonly assertionResults: readonly {
      readonly status: string;
      readonly fullName: string;
      readonly failureMessages: readonly string[];
    }[];
  }[];
}

const [file = '', exitCode = '0'] = process.argv.slice(2);

function readReport(): Report | null {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Report;
  } catch {
    return null;
  }
}

function count(report: Report | null): { passed: number; failed: number } {
  if (!report) return { passed: 0, failed: 1 };
  const brokenFiles = report.testResults.filter(
    ({ status, assertionResults }) =>
      status === 'failed' && !assertionResults.some((result) => result.status === 'failed'),
  );
  const passed = report.numPassedTests;
  const failed = report.numFailedTests + brokenFiles.length;
  // The global setup failed, an error occurred outside of a test, or no test ran.
  const unexplained = failed === 0 && (exitCode !== '0' || passed === 0);
  return { passed, failed: unexplained ? 1 : failed };
}

/** The names of what failed, with the beginning of each message: they are what somebody who reads the end of the output needs. */
function failures(report: Report): string[] {
  return report.testResults
    .filter(({ status }) => status === 'failed')
    .flatMap(({ name, message, assertionResults }) => {
      const failed = assertionResults.filter((result) => result.status === 'failed');
      if (failed.length === 0) return [`failed: ${name}\n  ${beginningOf(message)}`];
      return failed.map(
        ({ fullName, failureMessages: [first = ''] }) =>
          `failed: ${name}\n  ${fullName}\n  ${beginningOf(first)}`,
      );
    });
}

const beginningOf = (message: string) => message.split('\n').slice(0, 12).join('\n  ').slice(0, 2_000);

const report = readReport();
const { passed, failed } = count(report);
for (const failure of report ? failures(report) : []) console.log(failure);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
