/** The reads of staff, roles and notes, for tests of their plans. */
import type { Actor } from '../../../src/domain/actor.ts';
import type { Database } from '../../../src/ledger/database.ts';
import { readStaffActions } from '../../../src/ledger/read-audit.ts';
import { readNotes, readRoles, readStaff } from '../../../src/ledger/read-staff.ts';

type Read = [name: string, read: (database: Database, actor: Actor) => Promise<unknown>];

const page = { limit: 20, inverted: false };

export const readsOfStaff = (playerId: string, until: Date): Read[] => [
  [
    'the actions of a staff member',
    (reads, actor) =>
      readStaffActions(reads, actor, {
        filter: {
          staffId: 'reader',
          from: null,
          until,
          action: null,
          permitted: ['manualReward'],
          outcome: 'granted',
        },
        page,
      }),
  ],
  [
    'members of staff by the beginning of their IDs',
    (reads, actor) =>
      readStaff(reads, actor, {
        filter: { staffId: null, idPrefix: 'read', role: 'auditor', enabled: true },
        page,
      }),
  ],
  ['the roles', readRoles],
  ['the notes on a player', (reads, actor) => readNotes(reads, actor, { playerId, page })],
];
