// Sends mutations to a running Worker as the holder of a token.

/** What tests need of an answer that is not the receipt of a claim. */
const RECEIPTS: Readonly<Record<string, string>> = {
  createList: 'ListReceipt { list { id } }',
  uploadListChunk: 'ListReceipt { list { id } }',
  closeList: 'ListReceipt { list { id } }',
  createCampaign: 'CampaignReceipt { campaign { id } }',
  createUndo: 'UndoReceipt { undo { id } }',
  createCodes: 'CodeBatchReceipt { batch { id } }',
  setServer: 'GameServerReceipt { server { id } }',
};

interface Receipt {
  readonly claim: { readonly id: string };
  readonly list: { readonly id: number };
}

type Sends = (name: string, input: object, headers?: Readonly<Record<string, string>>) => Promise<Receipt>;

/** Each mutation has a key of its own. Throws where the answer is no receipt. */
export function sendAs(origin: string, token: string): Sends {
  return async (name, input, headers = {}) => {
    const type = `${name[0]?.toUpperCase()}${name.slice(1)}Input!`;
    const query = `mutation ${name}($input: ${type}) { ${name}(input: $input) {
      __typename ... on ${RECEIPTS[name] ?? 'Receipt { claim { id } }'} ... on Rejection { message } } }`;
    const variables = { input: { idempotencyKey: crypto.randomUUID(), ...input } };
    const response = await fetch(`${origin}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}`, ...headers },
      body: JSON.stringify({ query, variables }),
    });
    const { data, errors } = await response.json();
    if (!data?.[name]?.__typename.endsWith('Receipt')) throw new Error(JSON.stringify(errors ?? data));
    return data[name];
  };
}
