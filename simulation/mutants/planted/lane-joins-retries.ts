/** Planted: a lane sends a key that it has in its queue only once, and answers both requests alike. */
import type { Mutant } from '../mutant.ts';

const mutant: Mutant = {
  name: 'lane-joins-retries',
  bug: 'a lane sends a key that waits in its queue only once',
  reach: 'lanes',
  patches: [
    {
      in: 'worker',
      find: 'this.#waiting.push({ player, operation, held, since: Date.now(), reply, failure: null });',
      replace: `const keyOf = (text: string) => JSON.parse(text).idempotency_key;
      const twin = this.#waiting.find((other) => other.player === player && keyOf(other.operation) === keyOf(operation));
      if (!twin) this.#waiting.push({ player, operation, held, since: Date.now(), reply, failure: null });
      else {
        const replyTwin = twin.reply;
        (twin as { reply: Waiting['reply'] }).reply = (answer) => (replyTwin(answer), reply(answer));
      }`,
    },
  ],
};

export default mutant;
