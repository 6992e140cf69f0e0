/**
 * Sums up vitest's JSON report in one line, "N passed, N failed", for the end of .ci/run. A test file that failed
 * before its first test counts as one failure, and so does a report that is missing or holds no test.
 */
import { readFileSync } from 'node:fs';

/** The part of the report that is read here. */
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
  // A set-up that broke, an error outside of any test, or nothing run at all.
  const unexplained = failed === 0 && (exitCode !== '0' || passed === 0);
  return { passed, failed: unexplained ? 1 : failed };
}

const { passed, failed } = count(readReport());
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
