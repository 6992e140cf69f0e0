/** The suite as a library, for a team's own test runner. */
export type { Adapter, ClaimRequest, Receipt, Reply } from './adapter.ts';
export { asJson, asJunit, asTable } from './report.ts';
export { type RunOptions, runSuite, type TestResult } from './run.ts';
export { TESTS } from './tests.ts';
