// Makes a campaign: first its list, then itself. What stopped goes on from where it was.
import type { CampaignReceipt } from '@onceward/client';
import { useEffect, useRef, useState } from 'react';
import { type Action, type ActionResult, newAction, perform } from '../actions/action.ts';
import { campaignInputOf, type Draft, queryInputOf } from './draft.ts';
import type { ReadFile } from './file-rows.ts';
import { refreshCampaign } from './queries.ts';
import { queryPlayers, type UploadProgress, UploadStopped, uploadList } from './upload.ts';

type Step =
  | { readonly kind: 'editing' }
  | { readonly kind: 'uploading'; readonly progress: UploadProgress }
  /** The same can go on. */
  | { readonly kind: 'stopped'; readonly why: string }
  | { readonly kind: 'refused'; readonly why: string }
  | { readonly kind: 'answered'; readonly result: ActionResult<CampaignReceipt> };

export function useCreation(onMade: (campaignId: number) => void) {
  const [step, setStep] = useState<Step>({ kind: 'editing' });
  const running = useRef<AbortController | null>(null);
  /** With the key of the first attempt, for as long as the same is sent. */
  const action = useRef<Action<'createCampaign'> | null>(null);
  useEffect(() => () => running.current?.abort(), []);
  const start = async (draft: Draft, file: ReadFile | null, saysGives: boolean) => {
    running.current?.abort();
    running.current = new AbortController();
    const { signal } = running.current;
    setStep({ kind: 'uploading', progress: { done: 0, total: file?.rows.length ?? null } });
    try {
      const options = {
        signal,
        onProgress: (progress: UploadProgress) => setStep({ kind: 'uploading', progress }),
      };
      const listId = await listOf(draft, file, options);
      const input = campaignInputOf(draft, { listId, saysGives });
      const isSame = JSON.stringify(withoutKey(action.current)) === JSON.stringify(input);
      if (!isSame || !action.current)
        action.current = newAction('createCampaign', `Make ${draft.name}`, input);
      const result = await perform(action.current);
      if (result.kind === 'unknown') return setStep({ kind: 'stopped', why: result.message });
      action.current = null;
      if (result.kind !== 'done') return setStep({ kind: 'answered', result });
      await refreshCampaign(result.receipt.campaign);
      onMade(result.receipt.campaign.id);
    } catch (error) {
      if (signal.aborted) return;
      const canGoOn = error instanceof UploadStopped && error.canGoOn;
      setStep({ kind: canGoOn ? 'stopped' : 'refused', why: (error as Error).message });
    }
  };
  const stop = () => {
    running.current?.abort();
    setStep({ kind: 'editing' });
  };
  return { step, start, stop };
}

function withoutKey(action: Action<'createCampaign'> | null): object | null {
  if (action === null) return null;
  const { idempotencyKey: _, ...input } = action.input;
  return input;
}

async function listOf(
  draft: Draft,
  file: ReadFile | null,
  options: Parameters<typeof uploadList>[1],
): Promise<number> {
  const { players, name, listId, query } = draft;
  if (players === 'list') return Number(listId);
  if (players === 'file' && file) return uploadList({ name, rows: file.rows, digest: file.digest }, options);
  const asked = queryInputOf(query);
  if (players === 'file' || asked === null)
    throw new Error('Say which players: fill in at least one field of the query.');
  return queryPlayers({ name, query: asked }, options);
}
