// Partners as they are met: in time, in size, in shape, or not at all; a word of theirs never reaches a caller.
import { executeSync, GraphQLError, Kind, visit } from 'graphql';
import { Breaker } from './breakers.mjs';

export const MOST_BYTES = 1_048_576;
const SAYINGS = {
  PARTNER_UNAVAILABLE: 'A partner did not answer.',
  PARTNER_ANSWER_INVALID: 'A partner answered something else than was asked for.',
};

export function guardedPartners(subgraphs) {
  const partner = (name) => subgraphs.named(name)?.partner;
  const breakers = new Map(); // by name
  const sent = new WeakMap(); // request -> the status that came; null while none has
  return {
    onFetch({ executionRequest, fetchFn, setFetchFn }) {
      if (!partner(executionRequest?.subgraphName)) return;
      setFetchFn((...request) => {
        sent.set(executionRequest, null); // not before it has its token
        return fetchFn(...request);
      });
      return async ({ response, setResponse }) => {
        sent.set(executionRequest, response.status);
        setResponse(await withinSize(response));
      };
    },
    onSubgraphExecute({ subgraphName, subgraph, executor, setExecutor }) {
      const named = subgraphs.named(subgraphName);
      if (!named?.partner) return;
      if (!breakers.has(subgraphName)) breakers.set(subgraphName, new Breaker());
      setExecutor(async (asked) => {
        const naming = { ...asked, document: telling(subgraph, asked.document) };
        let isLate = false;
        const ask = () => inTime(executor, naming, named.timeoutMs, () => (isLate = true));
        const isWell = () => {
          const status = sent.get(asked);
          if (status === undefined || asked.context?.request?.signal?.aborted) return undefined;
          return status !== null && status < 500 && !isLate;
        };
        const result = await breakers.get(subgraphName).through(named, ask, isWell).catch(() => undefined);
        const found = checked(subgraph, naming, result);
        for (const { extensions } of found.errors?.slice(0, 1) ?? []) write({ subgraph: subgraphName, ...extensions });
        return found;
      });
    },
  };
}

const told = new WeakMap();

/** The document with type and id of every entity asked for, so that answers can be held against questions. */
function telling(schema, document) {
  if (!told.has(document)) {
    const entities = { Field: ({ name }) => (name.value === '_entities' ? undefined : false) };
    const InlineFragment = (node) => {
      const fields = schema.getType(node.typeCondition.name.value)?.getFields?.() ?? {};
      const added = ['__typename', ...('id' in fields ? ['id'] : [])].map(field);
      return { ...node, selectionSet: { ...node.selectionSet, selections: [...added, ...node.selectionSet.selections] } };
    };
    told.set(document, visit(document, { ...entities, InlineFragment: { leave: InlineFragment } }));
  }
  return told.get(document);
}

function field(value) {
  return { kind: Kind.FIELD, name: { kind: Kind.NAME, value } };
}

/** The response with its body read whole, if that is JSON and not too large; an empty 502 otherwise. */
async function withinSize(response) {
  const type = response.headers.get('content-type') ?? '';
  if (!response.ok || !/^application\/(graphql-response\+)?json\b/.test(type)) return refused(response);
  const pieces = [];
  let bytes = 0;
  for await (const piece of response.body) {
    bytes += piece.byteLength;
    if (bytes > MOST_BYTES) return refused(response);
    pieces.push(piece);
  }
  const headers = { 'content-type': 'application/json' };
  return new response.constructor(Buffer.concat(pieces), { status: 200, headers });
}

function refused(response) {
  response.body?.cancel?.().catch(() => undefined);
  return new response.constructor('{"errors":[{"message":""}]}', { status: 502 });
}

/** The executor's result, or a rejection after so many milliseconds, whatever the executor does meanwhile. */
function inTime(executor, asked, milliseconds, late) {
  const ending = new AbortController();
  asked.signal?.addEventListener('abort', () => ending.abort(), { once: true });
  const over = new Promise((_, reject) => {
    setTimeout(() => {
      late();
      ending.abort();
      reject(new Error('late'));
    }, milliseconds).unref();
  });
  return Promise.race([Promise.resolve(executor({ ...asked, signal: ending.signal })), over]);
}

/** What of an answer fits the partner's own schema and the entities that were asked for; the rest is one error a path. */
function checked(schema, asked, result) {
  const representations = asked.variables?.representations;
  const data = result?.data;
  if (!data || typeof data !== 'object') return failed('PARTNER_UNAVAILABLE');
  const entities = data._entities;
  if (representations && !(Array.isArray(entities) && entities.length === representations.length))
    return failed('PARTNER_ANSWER_INVALID');
  const faults = new Map();
  const fault = (code, path) => faults.set(JSON.stringify(path ?? null), oneError(code, path));
  const kept = representations ? { ...data, _entities: ours(entities, representations, fault) } : data;
  for (const { path } of result.errors ?? []) fault('PARTNER_UNAVAILABLE', wherever(path, asked));
  const fitting = fitted(schema, asked, kept);
  for (const { path } of fitting.errors ?? []) fault('PARTNER_ANSWER_INVALID', path);
  return { data: fitting.data, errors: faults.size ? [...faults.values()] : undefined };
}

/** Each entity if it is of the type, and of the id where it names one, that was asked for at its place. */
function ours(entities, representations, fault) {
  return entities.map((entity, at) => {
    const asked = representations[at];
    const isOurs = entity === null || (is(entity, asked, '__typename') && is(entity, asked, 'id'));
    if (!isOurs) fault('PARTNER_ANSWER_INVALID', ['_entities', at]);
    return isOurs ? entity && { ...entity, __typename: asked.__typename } : null;
  });
}

function is(entity, asked, name) {
  return typeof entity === 'object' && (entity[name] === undefined || entity[name] === asked[name]);
}

/** A partner's path counts where it says something; else the error is the whole answer's. */
function wherever(path, asked) {
  const isPath = Array.isArray(path) && path.every((each) => typeof each === 'string' || Number.isInteger(each));
  const isEntity = asked.variables?.representations === undefined || (path?.[0] === '_entities' && path.length > 1);
  return isPath && isEntity ? path : undefined;
}

/** The answer as the partner's schema allows it: asked again of the answer itself, so that nulls travel as they must. */
function fitted(schema, asked, data) {
  return executeSync({
    schema,
    document: asked.document,
    variableValues: asked.variables,
    operationName: asked.operationName,
    rootValue: data,
    fieldResolver: (source, _arguments, _context, info) => source[info.path.key],
    typeResolver: (value) => value.__typename,
  });
}

/** One line for whoever runs the router: which subgraph, which code. */
function write(members) {
  console.error(JSON.stringify({ at: new Date().toISOString(), event: 'partner_failed', ...members }));
}

/** No data and this error. */
export function failed(code) {
  return { data: null, errors: [oneError(code)] };
}

function oneError(code, path) {
  return new GraphQLError(SAYINGS[code], { path, extensions: { code } });
}
