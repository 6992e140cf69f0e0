// A game in a browser: the outbox and one claim.
import {
  type AcceptGiftsResult,
  type Attempt,
  acceptGifts,
  claimReward,
  createClient,
  indexedDbStore,
  type Outcome,
  openOutbox,
} from '@onceward/client';

const player = 'ana';
const client = createClient({ url: 'https://rewards.example.com/graphql', token: () => 'token' });
const outbox = openOutbox({
  client,
  player,
  store: indexedDbStore(player),
  onOutcome: ({ operation, outcome }) => {
    if (operation === 'claimReward' && outcome.kind === 'result' && outcome.result.__typename === 'Receipt')
      show(`${outcome.result.changes.length} changes`);
  },
});

export async function claimDailyLogin(): Promise<string> {
  const { outcome } = await outbox.send(claimReward, { type: 'daily_login' }, { name: 'daily_login' });
  return describe(await outcome);
}

/** Compiles only if a `case` for each kind is there. */
function describe(outcome: Outcome<{ readonly __typename: string }>): string {
  switch (outcome.kind) {
    case 'result':
      return outcome.result.__typename;
    case 'fault':
      return outcome.code;
    case 'expired':
      return 'no answer came in time';
    case 'withdrawn':
      return 'withdrawn';
  }
}

export function describeGifts(result: AcceptGiftsResult): string {
  // @ts-expect-error Only a receipt has changes.
  void result.changes;
  switch (result.__typename) {
    case 'Receipt':
      return `${result.changes.map(({ resource, after }) => `${resource}: ${after + 0}`)}`;
    case 'VersionConflict':
      return `version ${result.current + 0}`;
    case 'PlayerMerged':
    case 'IdempotencyKeyReused':
      return result.message;
  }
}

export function acceptOnce(idempotencyKey: string): Promise<Attempt<AcceptGiftsResult>> {
  // @ts-expect-error `accept` is a boolean.
  void client.send(acceptGifts, { accept: 'yes', idempotencyKey });
  return client.send(acceptGifts, { accept: true, idempotencyKey });
}

function show(text: string): void {
  document.title = text;
}
