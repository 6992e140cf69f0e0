// What a proposal would do, in words: of campaigns, undos, changes of staff and of game servers. Of other kinds the members of its summary.
import type { Proposal } from '@onceward/client';
import { objectOf } from '../players/explain.ts';
import { whole } from '../ui/numbers.ts';

export interface Line {
  readonly name: string;
  readonly value: string;
}

type Shown = Pick<Proposal, 'kind' | 'subject' | 'summary'>;

const NAMES: Readonly<Record<string, string>> = {
  'staff.add': 'addStaffMember',
  'staff.assign': 'assignStaffRole',
  'staff.enable': 'enableStaffMember',
  'staff.limits': 'setStaffLimits',
  'staff.create_role': 'createRole',
  'staff.change_role': 'changeRole',
  'server.set': 'setServer',
  'server.enable': 'enableServer',
  'player.erase': 'erasePlayer',
};

/** The change that is executed by sending it again once it is approved; null: another page executes it. */
export function changeOf({ kind, summary }: Shown): { readonly name: string; readonly input: object } | null {
  const name = NAMES[kind];
  if (name === undefined) return null;
  const { change, playerId } = objectOf(summary);
  const { member, role, limits, permissions, server, bounds } = objectOf(change);
  if (kind === 'player.erase') return { name, input: { playerId } };
  if (kind.startsWith('server.')) return { name, input: { serverId: server, ...objectOf(bounds) } };
  if (kind.endsWith('_role')) return { name, input: { name: role, permissions } };
  if (kind === 'staff.limits') return { name, input: { staffId: member, ...objectOf(limits) } };
  return { name, input: role === undefined ? { staffId: member } : { staffId: member, role } };
}

export function titleOf({ kind, subject, summary }: Shown): string {
  const { change, campaign, playerId } = objectOf(summary);
  const { member, role, server } = objectOf(change);
  const titles: Readonly<Record<string, string>> = {
    'campaign.run': `Run the campaign ${textOf(campaign)}`,
    'config.publish': 'Publish a balance config',
    'undo.run': `Run the undo ${subject}`,
    'staff.add': `Add ${textOf(member)} as ${textOf(role)}`,
    'staff.assign': `Make ${textOf(member)} ${textOf(role)}`,
    'staff.enable': `Enable ${textOf(member)}`,
    'staff.limits': `Raise limits of ${textOf(member)}`,
    'staff.create_role': `Make the role ${textOf(role)}`,
    'staff.change_role': `Change the role ${textOf(role)}`,
    'server.set': `Set the bounds of the game server ${textOf(server)}`,
    'server.enable': `Enable the game server ${textOf(server)}`,
    'player.erase': `Erase the player ${textOf(playerId)} for good`,
  };
  return titles[kind] ?? `${kind} ${subject}`;
}

function textOf(value: unknown): string {
  if (value === null || value === undefined) return 'none';
  if (typeof value === 'number') return whole(value);
  if (typeof value === 'string' || typeof value === 'boolean') return String(value);
  if (Array.isArray(value)) return value.map(textOf).join(', ') || 'none';
  return (
    Object.entries(objectOf(value))
      .map(([name, each]) => `${name} ${textOf(each)}`)
      .join(', ') || 'none'
  );
}

const CONFIG = 'as in the config';
const limitText = (value: unknown) => (value === null || value === undefined ? CONFIG : textOf(value));

function limitLines(before: Record<string, unknown>, after: Record<string, unknown>): Line[] {
  const named = (limits: Record<string, unknown>): [string, unknown][] => [
    ['One award, in value', limits.rewardLimit],
    ['One day, in value', limits.dailyBudget],
    ...(Array.isArray(limits.resources) ? limits.resources : []).flatMap((each): [string, unknown][] => {
      const { resource, takes, perCall, perDay } = objectOf(each);
      const what = `${takes ? 'Take' : 'Give'} ${textOf(resource)}`;
      return [
        [`${what}, at once`, perCall],
        [`${what}, a day`, perDay],
      ];
    }),
  ];
  const [old, next] = [new Map(named(before)), new Map(named(after))];
  return [...new Set([...old.keys(), ...next.keys()])]
    .filter((name) => limitText(old.get(name)) !== limitText(next.get(name)))
    .map((name) => ({ name, value: `${limitText(old.get(name))} → ${limitText(next.get(name))}` }));
}

const BOUNDS: Readonly<Record<string, string>> = {
  operations: 'May call',
  claimTypes: 'May record',
  keyIds: 'With the keys',
  largestAmount: 'Largest amount',
  claimsPerHour: 'Operations in an hour',
  valuePerHour: 'Value in an hour',
};

/** What changes; where nothing does, all bounds. */
function boundLines(before: Record<string, unknown>, after: Record<string, unknown>): Line[] {
  const textOfBound = (value: unknown) =>
    value === null || value === undefined ? 'as its token says' : textOf(value);
  const lines = Object.entries(BOUNDS).map(([member, name]) => ({
    name,
    old: textOfBound(before[member]),
    next: textOfBound(after[member]),
  }));
  const changed = lines.filter(({ old, next }) => old !== next);
  return changed.length > 0
    ? changed.map(({ name, old, next }) => ({ name, value: `${old} → ${next}` }))
    : lines.map(({ name, next }) => ({ name, value: next }));
}

export function linesOf({ kind, summary }: Shown): Line[] {
  const { change, before, ...others } = objectOf(summary);
  const [wanted, old] = [objectOf(change), objectOf(before)];
  if (kind === 'staff.limits') return limitLines(old, objectOf(wanted.limits));
  if (kind.endsWith('_role')) {
    const list = (value: unknown) => (Array.isArray(value) ? value.map(String) : []);
    const [held, next] = [list(old.permissions), list(wanted.permissions)];
    return [
      { name: 'Adds', value: textOf(next.filter((each) => !held.includes(each))) },
      { name: 'Takes away', value: textOf(held.filter((each) => !next.includes(each))) },
    ];
  }
  if (kind.startsWith('server.')) return boundLines(old, objectOf(wanted.bounds ?? old));
  if (kind.startsWith('staff.'))
    return [
      { name: 'Role', value: `${textOf(old.role)} → ${textOf(wanted.role ?? old.role)}` },
      ...(old.disabled === true ? [{ name: 'Is disabled', value: 'yes' }] : []),
    ];
  return Object.entries(others)
    .filter(([name, value]) => value !== null && name !== 'campaign' && name !== 'configSha256')
    .map(([name, value]) => ({ name, value: textOf(value) }));
}
