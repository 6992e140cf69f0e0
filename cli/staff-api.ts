/** Sends requests of a staff member to the API, with retries: a key makes sure that each mutation takes effect once. */
import { setTimeout as sleep } from 'node:timers/promises';

const ATTEMPTS = 8;

interface Fault {
  readonly message: string;
  readonly extensions: { readonly retryable?: boolean };
}

/** A member of a mutation's result. `message`: it was rejected. */
interface Result {
  readonly __typename: string;
  readonly message?: string;
}

export class StaffApi {
  readonly #url: string;
  readonly #token: string;

  constructor(url: string, token: string) {
    this.#url = url;
    this.#token = token;
  }

  /** `selection`: of the members of its result. `input`: with its key. */
  async mutate(mutation: string, selection: string, input: object): Promise<Result> {
    const type = `${mutation[0]?.toUpperCase()}${mutation.slice(1)}`;
    const document = `mutation($input: ${type}Input!) { ${mutation}(input: $input) { __typename
      ... on Rejection { message } ${selection} } }`;
    const data = await this.send(document, { input }).catch((error: Error) => {
      throw new Error(`${mutation}: ${error.message}`);
    });
    return data[mutation] as Result;
  }

  async send(query: string, variables: object): Promise<Record<string, unknown>> {
    for (let attempt = 1; ; attempt += 1) {
      const { data, faults } = await this.#attempt(query, variables);
      if (data && faults.length === 0) return data;
      const [fault] = faults;
      if (!fault?.extensions.retryable || attempt === ATTEMPTS)
        throw new Error(fault?.message ?? 'The API did not answer.');
      await sleep(Math.min(250 * 2 ** attempt, 8_000));
    }
  }

  async #attempt(query: string, variables: object) {
    const lost: Fault = { message: `${this.#url} does not answer.`, extensions: { retryable: true } };
    try {
      const response = await fetch(this.#url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${this.#token}` },
        body: JSON.stringify({ query, variables }),
      });
      const { data = null, errors = [] } = (await response.json()) as {
        data?: Record<string, unknown> | null;
        errors?: Fault[];
      };
      return { data, faults: errors };
    } catch {
      return { data: null, faults: [lost] };
    }
  }
}
