/**
 * What every preview does after it knows who asks for what: config → decide → judge in one request → shape the answer. The
 * decision is the mutation's own; no key is taken and nothing is written.
 */
import { type Command, type Decision, NO_CONFIG } from '../domain/command.ts';
import { forbidden } from '../domain/fault.ts';
import type { Judged } from '../domain/preview.ts';
import type { ToldRejection } from '../domain/rejection-message.ts';
import { previewOperation } from '../ledger/preview-operation.ts';
import type { OperationLine } from '../telemetry/log.ts';
import {
  type Asked,
  FORBIDDEN_STAFF,
  notedRejection,
  type RefusalOf,
  requireNamed,
  sumOf,
} from './carry-out.ts';
import { type RequestContext, requireActor } from './context.ts';
import { FaultError, observe } from './observe.ts';

interface Prepared<T> {
  readonly asked: Omit<Asked, 'idempotencyKey'>;
  readonly decide: (command: Command) => Decision;
  readonly shape: (judged: Judged) => T;
}

/** The frame of every preview, with the names that a mutation's frame has (carry-out.ts). */
export function preview<K extends ToldRejection['kind'], T>(
  context: RequestContext,
  { name, refusals, about }: { name: string; refusals: readonly K[]; about: Partial<OperationLine> },
  prepare: () => Promise<Prepared<T>>,
): Promise<T | RefusalOf<K>> {
  return observe(context, name, async (observation) => {
    observation.note(about);
    const { asked, decide, shape } = await prepare();
    const { services, correlationId, now } = context;
    observation.note({ player: asked.playerId });
    const answer = await services.config.current();
    if (answer.kind !== 'rules') throw new FaultError(NO_CONFIG);
    const { rules } = answer;
    const command = { ...asked, idempotencyKey: '', actor: requireActor(context), correlationId, now, rules };
    const { operation, fault } = decide(command);
    // Of staff, the database says first whether they may ask at all.
    if (fault && !operation.staffCheck) throw new FaultError(fault);
    observation.note({
      ...(operation.claimType && { claimType: operation.claimType, claimKey: operation.claimKey }),
      configVersion: operation.configVersion,
    });

    const found = await observation.timeDatabase(() => previewOperation(services.database, operation));
    switch (found.kind) {
      case 'preview':
        observation.note({ requested: sumOf(found.changes) });
        return shape({ found, operation, rules });
      case 'rejected':
        return requireNamed(name, notedRejection(observation, found.rejection, found), refusals);
      case 'forbidden':
        throw new FaultError(forbidden(FORBIDDEN_STAFF[found.why]));
      case 'unknown_key':
        throw new FaultError(fault ?? NO_CONFIG);
    }
  });
}
