/**
 * Prints what failed in vitest's JSON reports, and a last line "N passed, N failed", at the end of .ci/run. Of each test command a directory
 * has the exit code (`NAME.code`) and the report (`NAME.json`). A test file that failed before its first test counts as one failure, and so
 * does a report that is missing or contains no tests.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

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

function readReport(file: string): Report | null {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Report;
  } catch {
    return null;
  }
}

function count(report: Report | null, exitCode: string): { passed: number; failed: number } {
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

const [directory = ''] = process.argv.slice(2);
const commands = readdirSync(directory)
  .filter((file) => file.endsWith('.code'))
  .map((file) => file.slice(0, -'.code'.length));
const total = { passed: 0, failed: commands.length === 0 ? 1 : 0 };
for (const command of commands) {
  const exitCode = readFileSync(join(directory, `${command}.code`), 'utf8').trim();
  const report = readReport(join(directory, `${command}.json`));
  const { passed, failed } = count(report, exitCode);
  if (exitCode !== '0') console.log(`npm run ${command} ended with ${exitCode}.`);
  for (const failure of report ? failures(report) : []) console.log(failure);
  total.passed += passed;
  total.failed += failed;
}
console.log(`${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed === 0 ? 0 : 1;
