/** Publishes configs as the Worker does for a staff member: an action, over the role of the app. */
import { expect } from 'vitest';
import { checkDocument } from '../../../cli/config-judge.ts';
import type { KernelRules } from '../../../src/config/publication.ts';
import { CONTRACT_VERSION, type KernelAction } from '../../../src/ledger/kernel-contract.ts';
import { ownOperation } from './operations.ts';
import { type Document, openPublisher } from './publisher.ts';

export interface Sent {
  readonly document: Document;
  readonly sha256: string;
  readonly effects: KernelRules;
  readonly base: number;
  readonly at?: string | null;
  readonly cancels?: number | null;
  readonly keeps?: number | null;
  readonly keptEffects?: KernelRules | null;
}

export function openStaffPublisher() {
  const publisher = openPublisher();
  const { ledger, another, current } = publisher;

  /** What a Worker sends to publish this document on the current version. */
  async function sent(document: Document = another(), over: Partial<Sent> = {}): Promise<Sent> {
    const checked = await checkDocument(document);
    if (checked.kind === 'invalid') throw new Error(JSON.stringify(checked.problems));
    const { sha256, effects } = checked;
    return { document, sha256, effects, base: (await current()).version, ...over };
  }

  /** As the Worker does, again under the current config where that was another. */
  async function act(by: string, action: KernelAction, over: object = {}) {
    const own = {
      ...ownOperation(by, { permission: 'config:publish', reason: 'a test', input: {} }),
      ...{ claim_type: 'config_publication', name: 'publishBalanceConfig' },
    };
    for (;;) {
      const { version: config_version, sha256: config_sha256 } = await current();
      const { rows } = await ledger().app.query(`SELECT onceward.commit_action($1, $2, $3, '{}') AS answer`, [
        CONTRACT_VERSION,
        JSON.stringify({ ...own, config_version, config_sha256, ...over }),
        JSON.stringify({ reason: 'a test', summary: {}, ...action }),
      ]);
      const { answer, record } = rows[0].answer;
      if (answer.outcomes[0].kind !== 'stale_config') return { ...answer.outcomes[0], record };
    }
  }

  const publishAs = (by: string, action: object, over: object = {}) =>
    act(by, { kind: 'config.publish', ...action }, over);
  const approve = (by: string, proposalId: number) =>
    act(
      by,
      { kind: 'proposal.approve', proposalId },
      { permission: 'proposal:decide', claim_type: 'proposal_approval', name: 'approveProposal' },
    );
  const set = (publishing: 'off' | 'staff' | 'approved') =>
    ledger().owner.query('UPDATE onceward.settings SET config_publishing = $1', [publishing]);
  const economist = () => ledger().addStaff({ role: 'economist' });

  /** Everything that publishing writes, but for the record of the attempt. */
  async function written(): Promise<unknown> {
    const { rows } = await ledger().owner.query(
      `SELECT (SELECT jsonb_agg(c ORDER BY c.version) FROM onceward.balance_configs c) AS configs,
              (SELECT jsonb_agg(r ORDER BY r.resource, r.effective_from) FROM onceward.regeneration_rules r) AS rules,
              (SELECT jsonb_agg(g ORDER BY g."limit") FROM onceward.game_limits g) AS limits,
              (SELECT jsonb_agg(p ORDER BY p.no) FROM onceward.proposals p) AS proposals,
              (SELECT count(*) FROM onceward.names) AS names,
              (SELECT count(*) FROM onceward.milestones) + (SELECT count(*) FROM onceward.staff_values)
                + (SELECT count(*) FROM onceward.award_limits) + (SELECT count(*) FROM onceward.take_limits) AS rows,
              (SELECT count(*) FROM onceward.audit_events WHERE action LIKE 'config.%') AS audited`,
    );
    return rows[0];
  }

  /** Runs what must write nothing but its record. */
  async function nothing<T>(run: () => Promise<T>): Promise<T> {
    const before = await written();
    const result = await run();
    expect(await written()).toEqual(before);
    return result;
  }

  return { ...publisher, sent, act, publishAs, approve, set, economist, nothing };
}
