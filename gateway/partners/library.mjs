// A library's own subgraph: picture books on loan, added to the city's `Child`. It speaks HTTP and knows nothing of Tsumugi.
// node library.mjs --port 4102 --register register.json --city https://kosodate.example.jp --code 102032
// node library.mjs --sdl
import { createHash, createPublicKey, verify } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { parseArgs } from 'node:util';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { graphql, parse } from 'graphql';

const sdl = `
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@listSize", "@tag"])

  type Child @key(fields: "id") {
    id: ID!
    "Picture books on loan (貸出中の絵本)."
    picturebooks: [Picturebook!] @listSize(assumedSize: 10) @tag(name: "resident")
  }

  type Picturebook {
    "Title (書名)."
    title: String! @tag(name: "resident")
    "The last day (返却期限)."
    dueOn: String! @tag(name: "resident")
  }
`;

const text = { type: 'string' };
const { values } = parseArgs({ options: { sdl: { type: 'boolean' }, port: text, register: text, city: text, code: text } });
if (values.sdl) {
  console.log(sdl);
  process.exit();
}
const register = JSON.parse(readFileSync(values.register, 'utf8')); // {"102016-C...": [{"title": ..., "dueOn": ...}]}
const schema = buildSubgraphSchema({
  typeDefs: parse(sdl),
  resolvers: { Child: { __resolveReference: ({ id }) => ({ id }), picturebooks: ({ id }, _, kind) => (kind === 'resident' ? register[id] : null) } },
});

const { keys } = await (await fetch(`${values.city}/.well-known/jwks.json`)).json();
const used = new Map(); // jti -> exp

/** The kind of caller that a token names which the city made for us and for this very request; else undefined. */
function asker(authorization, body) {
  const parts = authorization.replace('Bearer ', '').split('.');
  const [header, claims] = parts.slice(0, 2).map((part) => JSON.parse(Buffer.from(part, 'base64url')));
  const key = keys.find(({ kid }) => kid === header.kid);
  const now = Date.now() / 1_000;
  const isOurs =
    header.alg === 'ES256' &&
    header.typ === 'partner+jwt' &&
    verify('sha256', parts.slice(0, 2).join('.'), { key: createPublicKey({ key, format: 'jwk' }), dsaEncoding: 'ieee-p1363' }, Buffer.from(parts[2], 'base64url')) &&
    claims.iss === values.city &&
    claims.aud === values.code &&
    claims.exp > now &&
    claims.body === createHash('sha256').update(body).digest('hex') &&
    !used.has(claims.jti);
  for (const [jti, exp] of used) if (exp <= now) used.delete(jti);
  used.set(claims.jti, claims.exp);
  return isOurs ? claims.kind : undefined;
}

createServer(async (request, response) => {
  const body = await buffer(request);
  let kind, asked;
  try {
    kind = asker(request.headers.authorization ?? '', body);
    asked = JSON.parse(body);
  } catch {
    // no token, or one that is none
  }
  if (!kind) return response.writeHead(401).end();
  const { data, errors } = await graphql({ schema, source: asked.query ?? '', variableValues: asked.variables, contextValue: kind });
  const told = errors?.map(({ path }) => ({ message: 'Not answered.', path }));
  response.setHeader('content-type', 'application/json').end(JSON.stringify({ data, errors: told }));
}).listen(Number(values.port), '127.0.0.1');
