// A library's own subgraph: picture books on loan, added to the city's `Child`. It speaks HTTP and knows nothing of Tsumugi.
// node library.mjs --port 4102 --register register.json
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { json } from 'node:stream/consumers';
import { parseArgs } from 'node:util';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { graphql, parse } from 'graphql';

const typeDefs = parse(`
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
`);

const { values } = parseArgs({ options: { port: { type: 'string' }, register: { type: 'string' } } });
const register = JSON.parse(readFileSync(values.register, 'utf8')); // {"102016-C...": [{"title": ..., "dueOn": ...}]}
const schema = buildSubgraphSchema({
  typeDefs,
  resolvers: { Child: { __resolveReference: ({ id }) => ({ id }), picturebooks: ({ id }) => register[id] ?? null } },
});

createServer(async (request, response) => {
  const asked = await json(request).catch(() => ({}));
  const { data, errors } = await graphql({ schema, source: asked.query ?? '', variableValues: asked.variables });
  const told = errors?.map(({ path }) => ({ message: 'Not answered.', path }));
  response.setHeader('content-type', 'application/json').end(JSON.stringify({ data, errors: told }));
}).listen(Number(values.port), '127.0.0.1');
