/** Registers a server with a scope, and disables and enables another one, through the API, as often as it takes. */
import { setTimeout as sleep } from 'node:timers/promises';
import { addStaff } from '../../cli/staff.ts';
import { mutationBody, OUTCOME } from '../clients/document.ts';
import type { Journal } from '../clients/journal.ts';
import type { DisabledInterval } from '../invariants/permissions.ts';
import type { World } from '../schedule/world.ts';
import type { Deployment } from '../stack/deployment.ts';
import { makerOf } from './create-codes.ts';

interface Server {
  readonly disabledAt: string | null;
  readonly proposalId: number | null;
}

const TRIES = 600;
const PAUSE_MS = 100;

export class ServerChanges {
  readonly #deployment: Deployment;
  readonly #world: World;
  #keys = 0;

  constructor(deployment: Deployment, world: World) {
    this.#deployment = deployment;
    this.#world = world;
  }

  /** Before the clients begin. `ownerDatabaseUrl`: where a second admin is added, whom enabling needs. */
  async register(ownerDatabaseUrl: string): Promise<void> {
    const { seed, scoped } = this.#world;
    await addStaff(ownerDatabaseUrl, {
      ...{ id: secondOf(seed), role: 'admin', rewardLimit: null, dailyBudget: null },
    });
    const { id: serverId, claimTypes, claimsPerHour } = scoped;
    await this.#until('setServer', () => this.#send('setServer', { serverId, claimTypes, claimsPerHour }));
  }

  /** `note` is called before the request is sent. */
  async disable(journal: Journal, note: (interval: DisabledInterval) => void): Promise<DisabledInterval> {
    const never = Number.POSITIVE_INFINITY;
    const interval = {
      ...{ id: this.#world.guest, disableSentAt: journal.tick() },
      ...{ disabledAt: never, enableSentAt: never, enabledAt: never, enableSentMs: never },
    };
    note(interval);
    await this.#until('disableServer', () => this.#send('disableServer', { serverId: interval.id }));
    interval.disabledAt = journal.tick();
    return interval;
  }

  async enable(journal: Journal, interval: DisabledInterval): Promise<void> {
    interval.enableSentAt = journal.tick();
    interval.enableSentMs = Date.now();
    await this.#until('enableServer', async () => {
      const server = await this.#send('enableServer', { serverId: interval.id });
      const proposalId = server?.proposalId ?? null;
      if (proposalId !== null)
        await this.#send('approveProposal', { proposalId }, secondOf(this.#world.seed));
      return server?.disabledAt === null ? server : null;
    });
    interval.enabledAt = journal.tick();
  }

  async #until(name: string, change: () => Promise<Server | null>): Promise<void> {
    for (let tries = 0; tries < TRIES; tries += 1) {
      if (await change()) return;
      await sleep(PAUSE_MS);
    }
    throw new Error(`${name} had no effect after ${TRIES} tries`);
  }

  /** Null: there was no answer, or another one. */
  async #send(name: string, input: object, by = makerOf(this.#world.seed)): Promise<Server | null> {
    this.#keys += 1;
    const idempotencyKey = `${name}-of-${this.#world.seed}-${this.#keys}`.padEnd(24, '-');
    const body = mutationBody(name, { ...input, idempotencyKey, reason: 'for the simulation' }, null);
    const answer = await this.#deployment.send({ kind: 'staff', id: by }, body).catch(() => null);
    return (answer?.[OUTCOME] as { readonly server?: Server } | undefined)?.server ?? null;
  }
}

const secondOf = (seed: string) => `second-of-${seed}`;
