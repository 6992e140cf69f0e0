// What the trace page reads. A claim leads to the request that made it; a text that is no correlation ID is looked for as a key.
import { type FoundPlayer, findPlayers, type Queries, type Trace, trace } from '@onceward/client';
import { queryOptions } from '@tanstack/react-query';
// The package's entry has a helper of the same name.
import { claim } from '../../../packages/client/src/generated.ts';
import { versionOf } from '../players/explain.ts';
import { configQuery } from '../players/queries.ts';
import { client, queryClient } from '../session/api.ts';
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

/** The formulas appear with the attempts that they explain. */
async function loadConfigs({ attempts }: Trace): Promise<void> {
  const versions = new Set(attempts.map(versionOf));
  await Promise.allSettled([...versions].map((version) => queryClient.ensureQueryData(configQuery(version))));
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
    case 'text':
      return await storyOfText(pasted.text);
    default:
      return { kind: 'unknown' };
  }
}

async function storyOfClaim(reference: Queries['claim']['input']): Promise<Story | null> {
  const found = await client.query(claim, reference);
  const correlationId = found?.claim.correlationId;
  if (!correlationId) return null;
  return { kind: 'story', trace: await client.query(trace, { correlationId }) };
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
