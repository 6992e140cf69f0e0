// What the trace page reads. A claim leads to the request that made it; a text that is no correlation ID is looked for as a key.
import {
  attempt,
  type FoundPlayer,
  findPlayers,
  type Queries,
  type RewardClaim,
  type Trace,
  trace,
} from '@onceward/client';
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
// The package's entry has a helper of the same name.
import { claim } from '../../../packages/client/src/generated.ts';
import { versionOf } from '../players/explain.ts';
import { configQuery, evaluatorQuery } from '../players/queries.ts';
import { client, queryClient } from '../session/api.ts';
import { relatedTo, togetherOf } from './related.ts';
import { isCorrelationId, type PastedId } from './resolve-id.ts';

export type Story =
  | { readonly kind: 'story'; readonly trace: Trace }
  /** Several claims, or none, have this key. */
  | { readonly kind: 'found'; readonly found: readonly FoundPlayer[] }
  | { readonly kind: 'unclaimed'; readonly playerId: string; readonly type: string; readonly key: string }
  | { readonly kind: 'unknown' };

export const storyQuery = (pasted: PastedId) =>
  queryOptions({
    queryKey: ['trace', pasted],
    queryFn: async () => {
      const story = await readStory(pasted);
      if (story.kind === 'story') await loadConfigs(story.trace);
      return story;
    },
    enabled: pasted.kind !== 'nothing' && pasted.kind !== 'unusable',
    staleTime: 60_000,
  });

/** What was before a trace, page by page, when somebody asks. */
export const earlierQuery = ({ correlationId, earlier }: Trace) =>
  infiniteQueryOptions({
    queryKey: ['trace', 'earlier', correlationId, earlier],
    queryFn: async ({ pageParam }) => {
      const page = await client.query(trace, { correlationId, before: pageParam });
      await loadConfigs(page);
      return page;
    },
    initialPageParam: earlier,
    getNextPageParam: (page: Trace) => page.earlier,
    enabled: false,
  });

/** The formulas appear with the attempts that they explain. */
async function loadConfigs({ attempts }: Trace): Promise<void> {
  const versions = new Set(attempts.map(versionOf));
  const hasLevelUps = attempts.some(({ changes }) => changes.some(({ cause }) => cause === 'MILESTONE'));
  await Promise.allSettled([
    ...[...versions].map((version) => queryClient.ensureQueryData(configQuery(version))),
    ...(hasLevelUps ? [queryClient.ensureQueryData(evaluatorQuery)] : []),
  ]);
}

async function readStory(pasted: PastedId): Promise<Story> {
  switch (pasted.kind) {
    case 'claim':
      // A correlation ID can have the form of a claim ID.
      return (await storyOfClaim({ id: pasted.id })) ?? (await storyOfText(pasted.id));
    case 'ticket': {
      const { playerId, type, key } = pasted;
      return (await storyOfClaim({ playerId, type, key })) ?? { kind: 'unclaimed', playerId, type, key };
    }
    case 'attempt':
      return await storyOfAttempt(pasted);
    case 'text':
      return await storyOfText(pasted.text);
    default:
      return { kind: 'unknown' };
  }
}

/** What was done in the same request, and what announced the claim or took it back. */
async function storyOfClaim(reference: Queries['claim']['input']): Promise<Story | null> {
  const found = await client.query(claim, reference);
  if (!found?.claim.correlationId) return null;
  return { kind: 'story', trace: await storyAround(found.claim) };
}

async function storyOfAttempt({ playerId, idempotencyKey }: Queries['attempt']['input']): Promise<Story> {
  const found = await client.query(attempt, { playerId, idempotencyKey });
  if (!found?.claim.correlationId) return { kind: 'unknown' };
  if (found.granted) return { kind: 'story', trace: await storyAround(found.claim) };
  return { kind: 'story', trace: await client.query(trace, { correlationId: found.claim.correlationId }) };
}

async function storyAround(first: RewardClaim): Promise<Trace> {
  const { playerId } = first;
  const related = relatedTo(first);
  const others = await Promise.all(
    related.map((reference) => client.query(claim, { playerId, ...reference })),
  );
  const ids = [first, ...others.flatMap((found) => found?.claim ?? [])].map(
    ({ correlationId }) => correlationId,
  );
  const traces = await Promise.all(
    [...new Set(ids)].flatMap((correlationId) =>
      correlationId === null ? [] : [client.query(trace, { correlationId })],
    ),
  );
  return togetherOf(traces, playerId);
}

async function storyOfText(text: string): Promise<Story> {
  if (isCorrelationId(text)) {
    const story = await client.query(trace, { correlationId: text });
    if (story.attempts.length > 0 || story.audit.length > 0) return { kind: 'story', trace: story };
  }
  const matches = await client.query(findPlayers, { text, first: 50 });
  const found = matches.filter(({ match }) => match !== 'PLAYER_ID' || matches.length === 1);
  const [only] = found;
  if (only?.match === 'CLAIM_KEY' && found.length === 1 && only.type !== null && only.key !== null) {
    const { playerId, type, key } = only;
    const story = await storyOfClaim({ playerId, type, key });
    if (story) return story;
  }
  return found.length > 0 ? { kind: 'found', found } : { kind: 'unknown' };
}
