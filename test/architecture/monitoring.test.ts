// The dashboard and the alert rules name metrics, dimensions and alarms that the code writes, and leave none out.
import { describe, expect, test } from 'vitest';
import { ALARM_KINDS, ALARMS } from '../../src/domain/alarms.ts';
import { DIMENSIONS, GAUGE_COLUMNS, GAUGES, MEASURES } from '../../src/log/metrics.ts';
import { readFiles, readProjectFile } from './source-tree.ts';

const dashboard = JSON.parse(readProjectFile('monitoring/grafana-dashboard.json')) as {
  panels: { id: number; title: string; targets: { query: string }[] }[];
};
const rules = readProjectFile('monitoring/alert-rules.yaml');
const ruleQueries = [...rules.matchAll(/query: >-\n\s+(.+)/g)].map(([, query = '']) => query);
const panelQueries = dashboard.panels.flatMap(({ targets }) => targets.map(({ query }) => query));
const queries = [...panelQueries, ...ruleQueries];

/** `blob3` → outcome, as `measureOperation` writes them. */
const OPERATION_COLUMNS = new Map<string, string>([
  ...Object.keys(DIMENSIONS).map((name, index): [string, string] => [`blob${index + 1}`, name]),
  ...Object.keys(MEASURES).map((name, index): [string, string] => [`double${index + 1}`, name]),
]);
const GAUGE_NAMES = new Map<string, string>(
  Object.entries(GAUGE_COLUMNS).map(([name, column]) => [column, name]),
);

const kindOf = (query: string) => /blob1 = '(\w+)'/.exec(query)?.[1];
const columnsIn = (query: string) => [...query.matchAll(/\b(?:blob|double)\d+\b/g)].map(([column]) => column);
const gaugesIn = (query: string) => [...query.matchAll(/blob2 = '(\w+)'/g)].map(([, name = '']) => name);

describe('every query', () => {
  test.each(queries)('%s reads columns that are written', (query) => {
    const columns = kindOf(query) === 'gauge' ? GAUGE_NAMES : OPERATION_COLUMNS;
    expect(['operation', 'gauge']).toContain(kindOf(query));
    expect(query).toContain('FROM onceward_metrics ');
    for (const column of columnsIn(query)) expect(columns.has(column), column).toBe(true);
    // A column that is shown has the name of what it holds.
    for (const [, column = '', name] of query.matchAll(/\b(blob\d+) AS (\w+)/g))
      expect(columns.get(column)).toBe(name);
    if (kindOf(query) === 'gauge')
      for (const name of gaugesIn(query)) expect(Object.keys(GAUGES)).toContain(name);
    else expect(query).toMatch(/_sample_interval|min\(|max\(/);
  });
});

test('the dashboard shows every dimension, every measure and every gauge', () => {
  const shown = panelQueries.filter((query) => kindOf(query) === 'operation').flatMap(columnsIn);
  expect([...new Set(shown)].sort()).toEqual([...OPERATION_COLUMNS.keys()].sort());
  expect([...new Set(panelQueries.flatMap(gaugesIn))].sort()).toEqual(Object.keys(GAUGES).sort());
});

test('every alarm has a rule of its severity', () => {
  const listed = (severity: string) => {
    const rule =
      rules.split('- uid: ').find((text) => text.startsWith(`onceward-alarms-${severity}\n`)) ?? '';
    expect(rule).toContain(`labels: { severity: ${severity} }`);
    return [...(/blob3 IN \((.+)\)/.exec(rule)?.[1] ?? '').matchAll(/'(\w+)'/g)].map(([, kind]) => kind);
  };
  for (const severity of ['critical', 'warning'] as const)
    expect(listed(severity).sort()).toEqual(
      ALARM_KINDS.filter((kind) => ALARMS[kind].severity === severity).sort(),
    );
});

test('panels and rules have names of their own', () => {
  const titles = dashboard.panels.map(({ title }) => title);
  const uids = [...rules.matchAll(/uid: (onceward-\S+)/g)].map(([, uid]) => uid);
  expect(new Set(titles).size).toBe(titles.length);
  expect(new Set(uids).size).toBe(uids.length);
  expect(uids).toHaveLength(ruleQueries.length);
});

test('the kernel and the Worker raise alarms of the list, and docs/monitoring.md explains each', () => {
  const sources = [...readFiles(['drizzle/kernel'], /\.sql$/), ...readFiles(['src'], /\.ts$/)];
  const raised = sources.flatMap(({ text }) =>
    [...text.matchAll(/(?:raise|clear|set)_alarm\(\s*'(\w+)'/g)].map(([, kind = '']) => kind),
  );
  expect(new Set(raised).size).toBeGreaterThan(4);
  for (const kind of raised) expect(ALARM_KINDS).toContain(kind);
  const page = readProjectFile('docs/monitoring.md');
  for (const kind of ALARM_KINDS) expect(page, kind).toContain(`\`${kind}\``);
  for (const gauge of Object.keys(GAUGES)) expect(page, gauge).toContain(`\`${gauge}\``);
});
