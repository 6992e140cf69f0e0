import { getTableName, is, Table } from 'drizzle-orm';
import { getTableConfig, type PgTable } from 'drizzle-orm/pg-core';
import { expect, test } from 'vitest';
import * as campaignTables from '../../src/ledger/campaign-tables.ts';
import { PERSONAL_COLUMNS } from '../../src/ledger/columns.ts';
import * as operationsTables from '../../src/ledger/operations-tables.ts';
import * as rankingTables from '../../src/ledger/ranking-tables.ts';
import * as staffTables from '../../src/ledger/staff-tables.ts';
import * as stateTables from '../../src/ledger/state-tables.ts';
import * as ledgerTables from '../../src/ledger/tables.ts';
import * as undoTables from '../../src/ledger/undo-tables.ts';

/** Columns of free form that never name a person: names of the config, keys, terms of rewards. */
const IMPERSONAL = [
  'names.name',
  'reward_claims.claim_key',
  'reward_claims.idempotency_key',
  'reward_claims.draws',
  'reward_claims.shown',
  'reward_claims.limits_used',
  'reward_claims.facts_read',
  'refusals.claim_type',
  'refusals.claim_key',
  'refusals.idempotency_key',
  'bulk_calls.idempotency_key',
  'bulk_calls.items',
  'source_keys.key',
  'limit_counters.period',
  'game_limits.period',
  'counted_claims.period',
  'pending_rewards.claim_key',
  'pending_rewards.plan',
  'code_batches.id',
  'code_batches.label',
  'code_batches.plan',
  'code_batches.reward_type',
  'staff.role',
  'role_permissions.permission',
  'role_permissions.role',
  'roles.name',
  'permissions.name',
  'audit_events.action',
  'audit_events.outcome',
  'lists.name',
  'lists.digest',
  'lists.query',
  'lists.gives',
  'list_chunks.digest',
  'list_rows.item',
  'list_rows.gives',
  'campaigns.state',
  'campaigns.name',
  'campaigns.config_sha256',
  'campaigns.digest',
  'campaigns.stopped',
  'campaigns.gives',
  'campaigns.on_full',
  'campaigns.forecast',
  'campaigns.given',
  'campaigns.refused',
  'campaign_rows.why',
  'rankings.state',
  'rankings.payout',
  'rankings.key',
  'rankings.stopped',
  'rankings.rule',
  'rankings.refused',
  'ranking_rows.why',
  'ranking_rows.given',
  'proposals.kind',
  'proposals.subject',
  'proposals.digest',
  'proposals.permission',
  'proposals.state',
  'proposals.document',
  'undos.state',
  'undos.digest',
  'undos.stopped',
  'undos.forecast',
  'undos.moved',
  'undos.refused',
  'undo_claims.forecast',
  'undo_claims.outcome',
  'undo_players.forecast',
  'undo_players.differs',
  'settings.config_publishing',
  'balance_configs.sha256',
  'balance_configs.document',
  'catalogue_texts.language',
  'catalogue_texts.sha256',
  'catalogue_texts.document',
  'milestones.grants',
];

test('every column of free form is known to name a person, or known not to', () => {
  const all = {
    ...ledgerTables,
    ...stateTables,
    ...operationsTables,
    ...staffTables,
    ...campaignTables,
    ...rankingTables,
    ...undoTables,
  };
  const tables = Object.values(all).filter((each) => is(each, Table));
  const columns = tables.flatMap((table) =>
    getTableConfig(table as PgTable)
      .columns.filter((column) => /text|json|actor_id|limit_period/.test(column.getSQLType()))
      .map((column) => `${getTableName(table)}.${column.name}`),
  );
  const personal = Object.entries(PERSONAL_COLUMNS).flatMap(([table, names]) =>
    names.map((name) => `${table}.${name}`),
  );
  expect(columns.sort()).toEqual([...personal, ...IMPERSONAL].sort());
});
