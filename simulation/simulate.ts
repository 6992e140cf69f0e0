import { LogLines } from './invariants/log.ts';
import { loadOperations } from './operation.ts';
import { runSeed } from './run/run-seed.ts';
import { Arena } from './stack/arena.ts';
import { Ground } from './stack/ground.ts';

const ground = await Ground.start(new AbortController().signal);
const log = new LogLines();
const counts = new Map<string, number>();
const count = (k: string) => counts.set(k, (counts.get(k) ?? 0) + 1);
try {
  const bundle = await ground.build();
  const arena = await Arena.open({
    ground,
    urls: ground.urls,
    bundle,
    onLog: (l) => log.take(l),
    onFault: count,
  });
  const operationKinds = await loadOperations();
  for (const seed of (process.argv[3] ?? '1').split(',')) {
    const r = await runSeed({
      seed,
      operations: Number(process.argv[2] ?? 300),
      arena,
      operationKinds,
      ownerDatabaseUrl: ground.urls.ownerDatabaseUrl,
      clients: 16,
      log,
      count,
      onProgress: (n) => console.error(n),
      signal: ground.signal,
    });
    console.log(r.seed, r.attempts.length, r.seconds, r.tally.checks, r.tally.findings.length);
    const kinds = new Map<string, number>();
    for (const { answer } of r.attempts) {
      const k =
        answer?.kind === 'rejected'
          ? answer.rejection.kind
          : answer?.kind === 'fault'
            ? answer.code
            : answer?.kind === 'lost'
              ? 'lost ' + answer.why
              : String(answer?.kind);
      kinds.set(k, (kinds.get(k) ?? 0) + 1);
    }
    console.log(kinds, counts);
    for (const f of r.tally.findings.slice(0, 12)) console.log(JSON.stringify(f).slice(0, 900));
  }
  await arena.close();
} finally {
  await ground.stop();
}
process.exit();
