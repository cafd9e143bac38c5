// `node server.mjs PORT FACTS`: Mercurius with its JIT over the product's database. FACTS is a file that the bench writes.
import { readFileSync } from 'node:fs';
import Fastify from 'fastify';
import mercurius from 'mercurius';
import { bookOf } from './book.mjs';
import { callersOf } from './callers.mjs';
import { loadersOf, resolversOf, schema } from './graph.mjs';
import { rightsOf } from './rights.mjs';
import { open } from './statements.mjs';

const [port, factsFile] = process.argv.slice(2);
const facts = JSON.parse(readFileSync(factsFile, 'utf8'));
const store = open(facts.database);
const behind = callersOf(facts);
const write = bookOf(store, facts);
const PURPOSE = /^(CHK):([0-9A-Za-z][0-9A-Za-z./_-]{0,39})$/;

function viewerOf({ headers }) {
  const holder = behind(headers.authorization);
  if (holder === undefined) throw new mercurius.ErrorWithProps('Not permitted', {}, 403);
  if (holder.kind === 'STAFF_HEALTH') {
    const stated = PURPOSE.exec(headers['tsumugi-purpose'] ?? '');
    return { holder, staff: stated !== null, rights: new Map(), purpose: stated && { code: stated[1], case: stated[2] } };
  }
  const asked = { me: holder.id, today: facts.today };
  const home = store.ask.me.get(holder.id, facts.today);
  const keptAway = new Set(store.ask.keptAway.all(asked).map((row) => row.familyId));
  const rights = rightsOf(holder.id, store.ask.edges.all(asked), keptAway, facts.today);
  const familyId = home === undefined || keptAway.has(home.familyId) ? null : home.familyId;
  return { holder, staff: false, rights, familyId };
}

const app = Fastify({ logger: false });
app.decorateReply('viewer', null);
app.register(mercurius, {
  schema,
  resolvers: resolversOf(store, facts.today),
  loaders: loadersOf(store),
  jit: 1,
  context(request, reply) {
    reply.viewer = viewerOf(request);
    return reply.viewer;
  },
});
app.addHook('onResponse', async (request, reply) => {
  const line = { at: new Date().toISOString(), event: 'mercurius', status: reply.statusCode };
  process.stderr.write(`${JSON.stringify(line)}\n`);
});
await app.ready();
app.graphql.addHook('onResolution', async (execution, { holder, staff, purpose }) => {
  if (!staff || !execution.data) return;
  const at = new Date(Date.now() + facts.aheadMs).toISOString().replace(/\.\d+Z$/, '+00:00');
  write({ holder, purpose, at }, execution.data);
});
await app.listen({ port: Number(port), host: '127.0.0.1' });
