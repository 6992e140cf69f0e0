/** The rejections of actions of staff: a part of the catalogue (rejections.ts). */
import {
  type CampaignRefusal,
  type EndpointRefusal,
  type ListRefusal,
  type ProposalRefusal,
  type RankingRefusal,
  row,
  type ServerRefusal,
  type StaffRefusal,
  type UndoRefusal,
} from './rejection-row.ts';

const PROPOSALS: Readonly<Record<ProposalRefusal, string>> = {
  own: 'was made by yourself. Somebody else has to approve it',
  about_you: 'is about yourself. Somebody else has to approve it',
  role: 'needs a permission that your role does not have',
  approved: 'was approved before',
  executed: 'was approved and executed before',
  withdrawn: 'was withdrawn. It has to be made again',
  expired: 'has expired. It has to be made again',
};

const LISTS: Readonly<Record<ListRefusal, string>> = {
  open: 'is not closed. Close it first',
  closed: 'is closed and never changes. Make a new list',
  other_kind: 'is not of this kind. Upload rows to a list without a query, fill one with a query',
  chunk_differs: 'has this chunk with other rows. Make a new list',
  not_filled: 'has not looked at all players. Fill it until isFilled is true',
  empty: 'has no rows',
  chunks_missing: 'lacks chunks',
  repeated_players: 'names players twice. Make a new list without these lines',
  gives_missing: 'does not say in each row what is given. Say it in the campaign',
  gives_twice: 'says in its rows what is given. Leave gives out of the campaign',
  other_participants: 'has another number of rows than the ranking has participants',
  not_ranked:
    'is no ranking: these lines have neither their own position as rank nor the rank of the line before',
  tied: 'has ties, which the payout does not allow, in these lines',
};

const CAMPAIGNS: Readonly<Record<CampaignRefusal, string>> = {
  checking: 'is being checked. Wait for the dry run',
  ready: 'has not been started',
  running: 'is running',
  paused: 'is paused',
  done: 'is done',
  cancelled: 'was cancelled',
  not_giveable: 'gives what staff cannot give',
};

const RANKINGS: Readonly<Record<RankingRefusal, string>> = {
  paying: 'is being paid',
  published: 'is published and never changes',
  cancelled: 'was cancelled',
};

const UNDOS: Readonly<Record<UndoRefusal, string>> = {
  selecting: 'is selecting its claims. Wait for the dry run',
  checking: 'is being checked. Wait for the dry run',
  ready: 'has not been started',
  running: 'is running',
  paused: 'is paused',
  done: 'was done before',
  cancelled: 'was cancelled',
  empty: 'selected no claims',
};

const ENDPOINTS: Readonly<Record<EndpointRefusal, string>> = {
  too_many: 'There are 20 endpoints that are not disabled. Disable one first.',
  events_gone: 'The outbox no longer has all events from there on. Replay from a later time, then enable it.',
  ahead: 'The endpoint has not got that far. Replay from an earlier time.',
  no_dead_letters: 'The endpoint has no such dead letters.',
  too_many_waiting: 'Too many events wait for the endpoint. Send again when it has accepted some.',
};

/** What comes before and after the member or the role. */
const STAFF: Readonly<Record<StaffRefusal, readonly [string, string]>> = {
  unknown_member: ['There is no staff member', '. Check the ID'],
  known_member: ['There is a staff member', '. Change or enable them instead'],
  own: ['You are', '. Somebody else has to change your role and limits'],
  unknown_role: ['There is no role', '. Check the name'],
  known_role: ['There is a role', '. Choose another name'],
  too_many_roles: ['There are too many roles to make', '. Delete one that nobody has'],
  built_in: ['The role', ' cannot be deleted'],
  has_members: ['The role', ' has members. Give them another role first'],
  last_manager: ['Without', ' nobody could change staff. Give somebody else that permission first'],
  not_held: ['You cannot give', ' more than you hold yourself'],
  not_limited: ['The balance config does not limit each amount that', ' is to get a limit of'],
};

const SERVERS: Readonly<Record<ServerRefusal, string>> = {
  unknown_server: 'is not registered. Check the ID, or register it with setServer',
  unknown_operation: 'cannot get an operation that does not exist',
  unknown_claim_type: 'cannot get a claim type that no config has had',
};

export const ACTION_REJECTIONS = {
  unknown_record: row({
    description:
      'There is no proposal, list, campaign, ranking, undo, config, endpoint or open alarm with this ID, or it is of another game server.',
    fields: {
      record: {
        type: 'String',
        description:
          'What it is: `proposal`, `list`, `campaign`, `ranking`, `undo`, `config`, `endpoint` or `open alarm`.',
      },
      id: { type: 'SafeInt' },
    },
    message: ({ record, id }) => `There is no ${record} ${id}. Check the ID.`,
  }),
  name_taken: row({
    description: 'Another list or campaign has this name, or another ranking this key.',
    fields: {
      record: { type: 'String', description: 'What it is: `list`, `campaign` or `ranking`.' },
      id: { type: 'SafeInt', description: 'Of the one that has the name.' },
    },
    message: ({ record, id }) => `The name belongs to ${record} ${id}. Choose another one.`,
  }),
  still_at_work: row({
    description: 'The campaign or ranking still makes claims, or has made none: it cannot be undone.',
    fields: {
      record: { type: 'String', description: 'What it is: `campaign` or `ranking`.' },
      id: { type: 'SafeInt' },
    },
    message: ({ record, id }) =>
      `The ${record} ${id} has not ended. Pause or cancel it, or wait for its end; then undo it.`,
  }),
  proposal_refused: row({
    description: 'The proposal cannot be approved or withdrawn, or not by this staff member: see `why`.',
    fields: { proposalId: { type: 'SafeInt' }, why: { type: 'ProposalRefusal' } },
    message: ({ proposalId, why }) => `Proposal ${proposalId} ${PROPOSALS[why]}.`,
  }),
  list_refused: row({
    description: 'The list does not take this: see `why`.',
    fields: {
      listId: { type: 'SafeInt' },
      why: { type: 'ListRefusal' },
      lines: { type: '[String]', description: 'Lines or chunks that `why` is about; at most twenty.' },
    },
    message: ({ listId, why, lines }) =>
      `List ${listId} ${LISTS[why]}${lines.length > 0 ? `: ${lines.join(', ')}` : ''}.`,
  }),
  erasure_refused: row({
    description: 'The player is not erased: see `why`. It does not name the player, because it is kept.',
    fields: { why: { type: 'ErasureRefusal' } },
    message: () => 'There is no such player, or it was erased before. Check the ID.',
  }),
  undo_refused: row({
    description: 'The undo does not take this: see `why`.',
    fields: { undoId: { type: 'SafeInt' }, why: { type: 'UndoRefusal' } },
    message: ({ undoId, why }) => `Undo ${undoId} ${UNDOS[why]}.`,
  }),
  endpoint_refused: row({
    description: 'The endpoint is not made or changed: see `why`.',
    fields: {
      endpointId: { type: 'SafeInt', nullable: true, description: 'Null: it is not made.' },
      why: { type: 'EndpointRefusal' },
    },
    message: ({ why }) => ENDPOINTS[why],
  }),
  staff_refused: row({
    description: 'A change of a staff member or a role is not made: see `why`.',
    fields: {
      subject: { type: 'String', description: 'A staff ID, or the name of a role.' },
      why: { type: 'StaffRefusal' },
      about: {
        type: 'String',
        nullable: true,
        description: 'The permission, limit or resource that `why` is about.',
      },
    },
    message: ({ subject, why, about }) =>
      `${STAFF[why][0]} ${subject}${STAFF[why][1]}${about === null ? '' : `: ${about}`}.`,
  }),
  server_refused: row({
    description: 'A change of a game server is not made: see `why`.',
    fields: {
      serverId: { type: 'String' },
      why: { type: 'ServerRefusal' },
      about: { type: 'String', nullable: true, description: 'The operation or claim type.' },
    },
    message: ({ serverId, why, about }) =>
      `The game server ${serverId} ${SERVERS[why]}${about === null ? '' : `: ${about}`}.`,
  }),
  ranking_refused: row({
    description: 'The ranking does not take this: see `why`.',
    fields: { rankingId: { type: 'SafeInt' }, why: { type: 'RankingRefusal' } },
    message: ({ rankingId, why }) => `Ranking ${rankingId} ${RANKINGS[why]}.`,
  }),
  campaign_refused: row({
    description: 'The campaign does not take this: see `why`.',
    fields: {
      campaignId: { type: 'SafeInt' },
      why: { type: 'CampaignRefusal' },
      about: { type: 'String', nullable: true, description: 'For NOT_GIVEABLE: the resource.' },
    },
    message: ({ campaignId, why, about }) =>
      `Campaign ${campaignId} ${CAMPAIGNS[why]}${about === null ? '' : `: ${about}`}.`,
  }),
} as const;
