/** A lane's queue against a kernel that answers when and what a test says. */
import { vi } from 'vitest';
import type { KernelAnswer, KernelConfigs, KernelOutcome } from '../../src/ledger/kernel-contract.ts';
import { type LaneLimits, LaneQueue } from '../../src/ledger/lane-queue.ts';
import type { LaneReply } from '../../src/ledger/lane-reply.ts';

interface Request {
  readonly operations: readonly string[];
  readonly held: readonly string[];
  /** Answers each operation with the outcome that `outcomeOf` gives it. */
  answer(outcomeOf?: (operation: string) => KernelOutcome, configs?: KernelConfigs): Promise<void>;
  /** Answers whatever it is, also what no kernel answers. */
  answerWith(answer: unknown): Promise<void>;
  fail(error: unknown): Promise<void>;
}

export const UNKNOWN: KernelOutcome = { kind: 'unknown_key' };
export const BUSY: KernelOutcome = { kind: 'busy' };

/** A lane, the requests that it sent, and those without an answer. */
export function openLane(limits?: LaneLimits) {
  const requests: Request[] = [];
  const open = new Set<Request>();
  const queue = new LaneQueue((operations, held) => {
    const { promise, resolve, reject } = Promise.withResolvers<KernelAnswer>();
    const settle = async (end: () => void) => {
      open.delete(request);
      end();
      await vi.advanceTimersByTimeAsync(0);
    };
    const request: Request = {
      operations,
      held,
      answer: (outcomeOf = () => UNKNOWN, configs = {}) =>
        settle(() => resolve({ outcomes: operations.map(outcomeOf), ...configs })),
      answerWith: (answer) => settle(() => resolve(answer as KernelAnswer)),
      fail: (error) => settle(() => reject(error)),
    };
    requests.push(request);
    open.add(request);
    return promise;
  }, limits);
  const replies = new Map<string, LaneReply>();
  /** The operation `a1` is of player `a`. */
  const add = (operation: string, held: readonly string[] = []) => {
    void queue.add(String(operation[0]), operation, held).then((reply) => replies.set(operation, reply));
  };
  const addAll = (...operations: string[]) => {
    for (const operation of operations) add(operation);
  };
  return { add, addAll, replies, requests, sent: () => requests.map(({ operations }) => operations), open };
}

export const only = ({ open }: ReturnType<typeof openLane>) => {
  const [request, ...others] = open;
  if (!request || others.length > 0) throw new Error(`${open.size} requests are open`);
  return request;
};
/** The open request that holds the operation. */
export const requestOf = ({ open }: ReturnType<typeof openLane>, operation: string) => {
  const found = [...open].find(({ operations }) => operations.includes(operation));
  if (!found) throw new Error(`${operation} is in no open request`);
  return found;
};
export const outcomeOf = (reply: LaneReply | undefined) => {
  return reply?.kind === 'answered' ? reply.answer.outcomes[0] : reply?.kind;
};
