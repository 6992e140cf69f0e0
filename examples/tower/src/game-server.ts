/** Calls the game server and the login of the local stack. They are not behind the cable. */
import type { Move } from '../server/duel.ts';
import type { TowerView } from '../server/tower-server.ts';

async function post<Answer>(path: string, body: object): Promise<Answer> {
  const response = await fetch(`/play/api/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  const answer = (await response.json()) as Answer & { error?: string };
  if (!response.ok) throw new Error(answer.error ?? `HTTP ${response.status}`);
  return answer;
}

export const signIn = (player: string) => post<{ token: string }>('token', { player });
export const visitTower = (player: string) => post<TowerView>('tower', { player });
export const beginDuel = (player: string) => post<TowerView>('duel', { player });
export const playRound = (player: string, move: Move, seen: number) =>
  post<TowerView>('round', { player, move, seen });
export const trainOnce = (player: string) => post<TowerView>('train', { player });
export const takeTicket = (player: string, duel: string) => post<TowerView>('taken', { player, duel });
