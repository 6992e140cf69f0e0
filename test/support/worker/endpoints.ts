/** Endpoints for tests of the API, made without it. Nothing is sent to them: they are disabled. */
import { owner } from './ledger-state.ts';
import { fresh } from './service.ts';

interface Wanted {
  /** It has something to send again. */
  readonly deadLetter?: boolean;
  /** It has gone beyond the time from which the examples replay. */
  readonly replayable?: boolean;
}

async function endpointThatIs({ deadLetter, replayable }: Wanted = {}): Promise<number> {
  const [row] = await owner`
    WITH maker AS (SELECT onceward.register_actor('staff', ${fresh('maker')}) AS no)
    INSERT INTO onceward.endpoints (made_by, made_at, made_number, changed_at, rests_until, transaction, event, url,
                                    description, state, salt)
    SELECT no, now(), 1, now(), now(), pg_current_xact_id(), 0, 'https://events.example/', 'tests', 'disabled',
           uuid_send(gen_random_uuid())
      FROM maker RETURNING no`;
  const endpoint = Number(row?.no);
  if (deadLetter)
    await owner`
      INSERT INTO onceward.dead_letters (endpoint, transaction, event, player, died_at, number, attempts, last_failure)
      SELECT ${endpoint}, '3', 1, no, now(), 1, 20, 'status 500' FROM onceward.actors LIMIT 1`;
  if (replayable)
    await owner`
      INSERT INTO onceward.event_marks (at, below)
      SELECT '2000-01-01', (removed_transaction::text::bigint + 1)::text::xid8 FROM onceward.outbox_state
      ON CONFLICT (at) DO UPDATE SET below = excluded.below`;
  return endpoint;
}

/** What the scenes of actions on endpoints need (scenes.ts). */
export const ON_ENDPOINTS = {
  createEndpoint: {
    input: async () => {
      // Leaves room for another one.
      await owner`UPDATE onceward.endpoints SET state = 'disabled'`;
      return { url: 'https://events.example/' };
    },
  },
  changeEndpoint: { input: async () => ({ endpointId: await endpointThatIs() }) },
  rotateEndpointSecret: { input: async () => ({ endpointId: await endpointThatIs() }) },
  replayEvents: { input: async () => ({ endpointId: await endpointThatIs({ replayable: true }) }) },
  resendDeadLetters: { input: async () => ({ endpointId: await endpointThatIs({ deadLetter: true }) }) },
} as const;
