/**
 * Prints vitest's JSON report as one line, "N passed, N failed", at the end of .ci/run. A test file that failed before its
 * first test counts as one failure, and so does a report that is missing or contains no tests.
 */
import { readFileSync } from 'node:fs';

/** The part of the report that is used here. */
interface Report {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly testResults: readonly {
    readonly status: string;
    readonly assertionResults: readonly { readonly status: string }[];
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

const { passed, failed } = count(readReport());
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
