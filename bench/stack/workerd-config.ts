/** The Cap'n Proto configuration of one workerd: a Worker, its variables and a KV namespace, and one HTTP socket. */

export interface WorkerdConfig {
  readonly compatibilityDate: string;
  readonly variables: Readonly<Record<string, string>>;
  /** The name of a KV binding that reads from kv.json; absent: none. */
  readonly kvBinding?: string | undefined;
  /** Where that namespace is played instead (host:port). */
  readonly kvAddress?: string | undefined;
}

/** The text refers to worker.js, kv.js and kv.json beside it. */
export function workerdConfig({ compatibilityDate, variables, kvBinding, kvAddress }: WorkerdConfig): string {
  const bindings = Object.entries(variables).map(
    ([name, value]) => `(name = ${quoted(name)}, text = ${quoted(value)})`,
  );
  if (kvBinding) bindings.push(`(name = ${quoted(kvBinding)}, kvNamespace = "kv")`);
  const common = `compatibilityDate = ${quoted(compatibilityDate)}`;
  const kv = kvAddress
    ? `external = (address = ${quoted(kvAddress)}, http = ())`
    : `worker = (
      modules = [(name = "kv.js", esModule = embed "kv.js")],
      ${common}, bindings = [(name = "ENTRIES", json = embed "kv.json")],
    )`;
  return `using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [
    (name = "worker", worker = (
      modules = [(name = "worker.js", esModule = embed "worker.js")],
      ${common}, compatibilityFlags = ["nodejs_compat"], globalOutbound = "this-machine",
      bindings = [${bindings.join(', ')}],
    )),
    (name = "kv", ${kv}),
    (name = "this-machine", network = (allow = ["private"])),
  ],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "worker")],
);
`;
}

/** Cap'n Proto shares JSON's escapes for these characters; there is no need here for any others. */
function quoted(text: string): string {
  if (!/^[\x20-\x7e]*$/.test(text)) throw new Error('only printable ASCII can be handed to workerd here');
  return JSON.stringify(text);
}
