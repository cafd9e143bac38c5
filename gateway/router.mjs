// The router: the runtime of Hive Gateway with its planner in Rust. docs/federation.md says why each setting is what it is.
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createGatewayRuntime } from '@graphql-hive/gateway-runtime';
import { unifiedGraphHandler } from '@graphql-hive/router-runtime';
import { Subgraphs, supergraphFile } from './federation.mjs';
import { shownAnswers } from './plugins/answers.mjs';
import { knownCallers } from './plugins/callers.mjs';
import { countedRequests } from './plugins/counted.mjs';
import { guardedPartners } from './plugins/guarded.mjs';
import { passedStreams } from './plugins/streams.mjs';
import { knownToStrangers } from './plugins/strangers.mjs';

const subgraphs = new Subgraphs();

const router = createGatewayRuntime({
  // Read anew every ten seconds: the watcher of files loses sight of one that was renamed, and a broken one ends it.
  supergraph: () => readFile(supergraphFile(), 'utf8'),
  pollingInterval: Number(process.env.FEDERATION_POLL_MS ?? 10_000),
  gracefulSchemaReload: { drainTimeout: 15_000 }, // what has begun ends on the graph before; a deed is never done twice
  unifiedGraphHandler, // the default one loses list indices and sends partners what nobody asked for
  // Without it one partner hangs all; a subscription lasts.
  upstreamTimeout: ({ subgraphName, executionRequest }) =>
    executionRequest?.operationType === 'subscription' ? undefined : subgraphs.named(subgraphName)?.timeoutMs,
  requestDeadline: 15_000,
  demandControl: { maxCost: 5_000, listSize: 20 },
  // Two callers who ask a partner the same at once would share the answer that was made for one of them.
  transportEntries: { '*.http': { options: { deduplicateInflightRequests: false } } },
  requestId: false, // would travel to partners
  subgraphErrors: false, // would name the subgraph
  disableIntrospection: { disableIf: ({ context }) => !context.request.headers.get('authorization') },
  cors: false,
  multipart: false,
  landingPage: false,
  graphiql: false,
  executionCancellation: true,
  upstreamCancellation: true,
  logging: false, // it would write whole requests of subgraphs; what failed is written by the plugins
  plugins: () => [
    countedRequests(),
    guardedPartners(subgraphs),
    passedStreams(subgraphs),
    knownCallers(subgraphs),
    knownToStrangers(),
    shownAnswers(),
  ],
});

await router.getSchema(); // a graph that is broken from the beginning is no reason to listen
const { FEDERATION_HOST = '127.0.0.1', FEDERATION_PORT = '4000' } = process.env;
const server = createServer(router).listen(Number(FEDERATION_PORT), FEDERATION_HOST);
process.once('SIGTERM', () => {
  server.close();
  server.closeAllConnections();
  router.dispose();
});
