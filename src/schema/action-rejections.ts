/** The enums of rejections of actions of staff (src/domain/action-rejections.ts). */
import type {
  CampaignRefusal,
  ConfigProblem,
  ConfigRefusal,
  EndpointRefusal,
  ErasureRefusal,
  ListRefusal,
  ProposalRefusal,
  RankingRefusal,
  ServerRefusal,
  StaffRefusal,
  UndoRefusal,
} from '../domain/rejection-row.ts';
import { builder } from './builder.ts';

type Values<Name extends string> = {
  readonly [N in Uppercase<Name>]: { readonly value: Lowercase<N>; readonly description: string };
};

builder.enumType('ProposalRefusal', {
  description: 'Why a proposal cannot be approved or withdrawn.',
  values: {
    OWN: { value: 'own', description: 'The one who proposed it does not approve it.' },
    ABOUT_YOU: { value: 'about_you', description: 'It changes the one who would approve it.' },
    ROLE: { value: 'role', description: 'The role lacks the permission that the proposal names.' },
    APPROVED: { value: 'approved', description: 'It was approved before.' },
    EXECUTED: { value: 'executed', description: 'What was approved has been done.' },
    WITHDRAWN: { value: 'withdrawn', description: 'It was withdrawn, or replaced by another proposal.' },
    EXPIRED: { value: 'expired', description: 'Its time is over.' },
  } satisfies Values<ProposalRefusal>,
});

builder.enumType('ListRefusal', {
  description: 'Why a list does not take what is asked of it.',
  values: {
    OPEN: { value: 'open', description: 'It is not closed yet.' },
    CLOSED: { value: 'closed', description: 'It is closed and never changes.' },
    OTHER_KIND: {
      value: 'other_kind',
      description: 'Rows are uploaded to a list without a query; one with a query is filled.',
    },
    CHUNK_DIFFERS: { value: 'chunk_differs', description: 'The chunk was uploaded before, with other rows.' },
    NOT_FILLED: { value: 'not_filled', description: 'Its query has not looked at all players yet.' },
    EMPTY: { value: 'empty', description: 'It has no rows.' },
    CHUNKS_MISSING: { value: 'chunks_missing', description: '`lines` names the chunks that are missing.' },
    REPEATED_PLAYERS: {
      value: 'repeated_players',
      description: '`lines` names the lines that have the same player. A list names a player once.',
    },
    GIVES_MISSING: {
      value: 'gives_missing',
      description: 'Neither the campaign nor each of its rows says what is given.',
    },
    GIVES_TWICE: { value: 'gives_twice', description: 'The campaign and its rows say what is given.' },
    OTHER_PARTICIPANTS: {
      value: 'other_participants',
      description: '`lines` has the number of its rows, which is not that of `participants`.',
    },
    NOT_RANKED: {
      value: 'not_ranked',
      description:
        '`lines` names rows whose rank is neither their position nor that of the row before, or behind a gap.',
    },
    TIED: { value: 'tied', description: 'The payout refuses ties; `lines` names the second and later ones.' },
  } satisfies Values<ListRefusal>,
});

builder.enumType('StaffRefusal', {
  description: 'Why a change of a staff member or a role is not made.',
  values: {
    UNKNOWN_MEMBER: { value: 'unknown_member', description: 'Nobody with this ID is staff.' },
    KNOWN_MEMBER: { value: 'known_member', description: 'Somebody with this ID is staff, or was.' },
    OWN: { value: 'own', description: 'Nobody changes their own role or limits.' },
    UNKNOWN_ROLE: { value: 'unknown_role', description: 'There is no such role.' },
    KNOWN_ROLE: { value: 'known_role', description: 'Another role has this name.' },
    TOO_MANY_ROLES: { value: 'too_many_roles', description: 'There are a hundred roles.' },
    BUILT_IN: { value: 'built_in', description: '`admin` cannot be deleted.' },
    HAS_MEMBERS: { value: 'has_members', description: 'Somebody has the role, perhaps disabled.' },
    LAST_MANAGER: {
      value: 'last_manager',
      description: 'No enabled member with `staff:manage` would be left.',
    },
    NOT_HELD: {
      value: 'not_held',
      description: 'Only `admin` grants what it does not hold itself: see `about`.',
    },
    NOT_LIMITED: {
      value: 'not_limited',
      description: 'The current config does not limit how much of `about` staff give or take.',
    },
  } satisfies Values<StaffRefusal>,
});

builder.enumType('EndpointRefusal', {
  description: 'Why an endpoint is not made or changed.',
  values: {
    TOO_MANY: { value: 'too_many', description: 'There are 20 that are not disabled.' },
    EVENTS_GONE: {
      value: 'events_gone',
      description: 'The outbox no longer has all events from there on.',
    },
    AHEAD: { value: 'ahead', description: 'It has not got that far: a replay goes back.' },
    NO_DEAD_LETTERS: { value: 'no_dead_letters', description: 'It has none, or not these.' },
    TOO_MANY_WAITING: { value: 'too_many_waiting', description: 'Too many events wait for it.' },
  } satisfies Values<EndpointRefusal>,
});

builder.enumType('ServerRefusal', {
  description: 'Why a game server is not changed.',
  values: {
    UNKNOWN_SERVER: { value: 'unknown_server', description: 'It is not registered.' },
    UNKNOWN_OPERATION: {
      value: 'unknown_operation',
      description: '`about` is no operation of the schema.',
    },
    UNKNOWN_CLAIM_TYPE: { value: 'unknown_claim_type', description: 'No config has had `about`.' },
  } satisfies Values<ServerRefusal>,
});

builder.enumType('RankingRefusal', {
  description: 'Why a ranking does not take an action: its state.',
  values: {
    PAYING: { value: 'paying', description: 'Its places are being paid.' },
    PUBLISHED: { value: 'published', description: 'Every place was accepted.' },
    CANCELLED: { value: 'cancelled', description: 'It was cancelled before.' },
  } satisfies Values<RankingRefusal>,
});

builder.enumType('ErasureRefusal', {
  description: 'Why a player is not erased.',
  values: {
    UNKNOWN_PLAYER: { value: 'unknown_player', description: 'Nobody has this ID, or has it any more.' },
  } satisfies Values<ErasureRefusal>,
});

builder.enumType('UndoRefusal', {
  description: 'Why an undo does not take an action: its state, or that it has no claims.',
  values: {
    SELECTING: { value: 'selecting', description: 'It is selecting its claims.' },
    CHECKING: { value: 'checking', description: 'The dry run is not done.' },
    READY: { value: 'ready', description: 'It has not been started.' },
    RUNNING: { value: 'running', description: 'It runs.' },
    PAUSED: { value: 'paused', description: 'It is paused.' },
    DONE: { value: 'done', description: 'It was done before.' },
    CANCELLED: { value: 'cancelled', description: 'It was cancelled before.' },
    EMPTY: { value: 'empty', description: 'It selected no claims.' },
  } satisfies Values<UndoRefusal>,
});

builder.enumType('CampaignRefusal', {
  description: 'Why a campaign does not take what is asked of it: its state, or what it gives.',
  values: {
    CHECKING: { value: 'checking', description: 'The dry run is not done.' },
    READY: { value: 'ready', description: 'It has not been started.' },
    RUNNING: { value: 'running', description: 'It runs.' },
    PAUSED: { value: 'paused', description: 'It is paused.' },
    DONE: { value: 'done', description: 'It has gone through all its rows.' },
    CANCELLED: { value: 'cancelled', description: 'It was cancelled.' },
    NOT_GIVEABLE: {
      value: 'not_giveable',
      description: 'The current config does not let staff give the resource that `about` names.',
    },
  } satisfies Values<CampaignRefusal>,
});

builder.enumType('ConfigRefusal', {
  description: 'Why a balance config is not published, scheduled or cancelled.',
  values: {
    OFF: { value: 'off', description: 'The owner has switched publishing through the API off.' },
    SCHEDULED: {
      value: 'scheduled',
      description: 'A version is scheduled: cancel it, or say that it stays.',
    },
    NOT_SCHEDULED: { value: 'not_scheduled', description: 'It is not scheduled, or has taken effect.' },
    PAST: { value: 'past', description: 'The time is not in the future.' },
    GAME_LIMITS: {
      value: 'game_limits',
      description: 'Limits of the whole game are published at once, never for later.',
    },
    UNCHANGED: { value: 'unchanged', description: 'It is the current document.' },
  } satisfies Values<ConfigRefusal>,
});

builder.objectRef<ConfigProblem>('ConfigProblem').implement({
  description: 'A part of a balance config, and what is wrong with it or what changes.',
  fields: (t) => ({
    path: t.exposeString('path', {
      description: 'Such as `claimTypes.daily_quest.period`; empty: the whole document.',
    }),
    message: t.exposeString('message'),
  }),
});
