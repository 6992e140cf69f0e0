/**
 * Coordinates the tabs of a browser that share an outbox: one of them sends, and the others learn what came of it. Where the
 * platform has no Web Locks there is one process, which always sends.
 */
import type { Outcome } from './intent.ts';

export type Message =
  /** Something was stored, or can be tried again. */
  | { readonly kind: 'wake' }
  | { readonly kind: 'withdraw'; readonly key: string }
  | { readonly kind: 'settled'; readonly key: string; readonly outcome: Outcome };

export interface Tabs {
  /** Runs `work` once this tab is the one that sends, until `signal` is aborted. */
  lead(work: () => Promise<void>, signal: AbortSignal): Promise<void>;
  /** Sends a message to the other tabs. */
  tell(message: Message): void;
  close(): void;
}

export function openTabs(player: string, onMessage: (message: Message) => void): Tabs {
  const name = `onceward:${player}`;
  const locks = globalThis.navigator?.locks;
  if (!locks || !globalThis.BroadcastChannel)
    return { lead: (work) => work(), tell: () => {}, close: () => {} };
  const channel = new BroadcastChannel(name);
  channel.onmessage = ({ data }) => onMessage(data as Message);
  // Node: an open channel must not keep the process alive.
  (channel as { unref?: () => void }).unref?.();
  return {
    async lead(work, signal) {
      try {
        await locks.request(name, { signal }, () => work());
      } catch (error) {
        if (!signal.aborted) throw error;
      }
    },
    tell: (message) => channel.postMessage(message),
    close: () => channel.close(),
  };
}
