// What a role can permit, for people. The list is that of the code; one without words here is shown by its name alone.
import { STAFF_PERMISSION_NAMES } from '../../../src/domain/actor.ts';

export const PERMISSIONS: readonly string[] = STAFF_PERMISSION_NAMES.toSorted();

const ABOUT: Readonly<Record<string, string>> = {
  'alarm:read': 'See alarms',
  'alarm:acknowledge': 'Say that an alarm was seen',
  'breaker:release': 'See, release and drop what breakers hold back',
  'campaign:approve': 'Approve campaigns of others',
  'campaign:manage': 'Make and run campaigns',
  'codes:create': 'Create codes',
  'combat:correct': 'Correct health',
  'config:approve': 'Approve balance configs of others',
  'config:publish': 'Publish balance configs',
  'config:replay': 'Replay stored claims under a draft',
  'economy:read': 'See the economy of the whole game',
  'event:manage': 'Say where events are sent',
  'event:read': 'Read the events of all players; each page is audited',
  'ledger:read': 'Read players, claims and the ledger',
  'ledger:search': 'Search across players; each search is audited',
  'list:manage': 'Make lists of players',
  'note:write': 'Write notes on players',
  'player:erase': 'Erase players for good',
  'player:export': 'Export everything about a player',
  'player:freeze': 'Freeze and unfreeze players',
  'player:merge': 'Merge guests into accounts',
  'proposal:decide': 'Approve or withdraw what others propose',
  'ranking:manage': 'Upload and pay rankings',
  'reward:claim': 'Claim rewards for players',
  'reward:manual': 'Give rewards, within limits',
  'reward:recover': 'Pay announced rewards',
  'reward:reverse': 'Take claims back',
  'reward:take': 'Take resources, within limits',
  'server:manage': 'Register, bound and disable game servers',
  'staff:manage': 'Change staff, roles and limits',
  'staff:read': 'See staff and what they did',
  'undo:manage': 'Undo incidents',
};

export const aboutPermission = (name: string): string => ABOUT[name] ?? '';
