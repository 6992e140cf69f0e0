/** Prints results: as a table for people, as JSON, and as JUnit XML for CI systems. */
import type { TestResult } from './run.ts';

export function asTable(results: readonly TestResult[]): string {
  const marks = { passed: '✓', failed: '✗', skipped: '–' };
  const width = Math.max(...results.map(({ id }) => id.length));
  const lines = results.flatMap(({ id, title, outcome, message }) => [
    `${marks[outcome]} ${id.padEnd(width)}  ${title}`,
    ...(message === null ? [] : [`  ${' '.repeat(width)}  ${message}`]),
  ]);
  const count = (outcome: TestResult['outcome']) => results.filter((one) => one.outcome === outcome).length;
  return [
    ...lines,
    '',
    `${count('passed')} passed, ${count('failed')} failed, ${count('skipped')} skipped`,
  ].join('\n');
}

export function asJson(results: readonly TestResult[]): string {
  return JSON.stringify({ results }, null, 2);
}

export function asJunit(results: readonly TestResult[]): string {
  const failures = results.filter(({ outcome }) => outcome === 'failed').length;
  const skipped = results.filter(({ outcome }) => outcome === 'skipped').length;
  const cases = results.map(({ id, title, outcome, message, ms }) => {
    const name = `name="${escaped(`${id}: ${title}`)}" classname="onceward-conformance" time="${ms / 1_000}"`;
    if (outcome === 'passed') return `  <testcase ${name}/>`;
    const tag = outcome === 'failed' ? 'failure' : 'skipped';
    return `  <testcase ${name}>\n    <${tag} message="${escaped(message ?? '')}"/>\n  </testcase>`;
  });
  const counts = `tests="${results.length}" failures="${failures}" skipped="${skipped}"`;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuite name="onceward-conformance" ${counts}>`,
    ...cases,
    '</testsuite>',
    '',
  ].join('\n');
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

function escaped(text: string): string {
  return text
    .replaceAll(/[&<>"]/g, (sign) => ENTITIES[sign] ?? sign)
    .replaceAll(/[^\t\n\r\x20-\uD7FF\uE000-\uFFFD]/g, '?');
}
