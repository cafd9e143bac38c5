// Answers as callers see them: of an error its message, path and code alone; what was denied, at the top level.
import { GraphQLError } from 'graphql';

const DENIED = 'DENIED'; // travels as an error through the router, which then puts it where it belongs
const INVALID = 'GRAPHQL_VALIDATION_FAILED';
const STATUS = { [INVALID]: 400, GRAPHQL_PARSE_FAILED: 400, UNAUTHENTICATED: 401 }; // where there is no data at all
const GUESS = / Did you mean .*$/;
const NOT_FITTING = 'The document does not fit the schema.';

export function shownAnswers() {
  return {
    onSubgraphExecute({ executionRequest }) {
      const mark = ({ result, setResult }) => setResult(marked(result, executionRequest));
      return (done) => (isStream(done.result) ? { onNext: mark } : mark(done));
    },
    onResultProcess({ request, result, setResult }) {
      const isAnonymous = request.headers.get('authorization') === null;
      setResult(isStream(result) ? eachShown(result, isAnonymous) : shown(result, isAnonymous));
    },
  };
}

function isStream(result) {
  return result?.[Symbol.asyncIterator] !== undefined;
}

/** The planner gathers the errors of a subscription: those of the events before are told already. */
async function* eachShown(results, isAnonymous) {
  const told = new WeakSet();
  for await (const result of results) {
    const errors = (result.errors ?? []).filter((each) => !told.has(each));
    for (const each of errors) told.add(each);
    yield shown({ ...result, errors }, isAnonymous);
  }
}

/** A subgraph's result whose errors remember where they were, and in which what was denied is an error, too. */
function marked(result, asked) {
  if (!result) return result;
  const isRoot = asked.variables?.representations === undefined;
  const errors = (result.errors ?? []).map((error) => remembered(error, isRoot));
  for (const { path, rule } of result.extensions?.denied ?? []) errors.push(denial(path, rule, isRoot));
  return { ...result, extensions: undefined, errors: errors.length ? errors : undefined };
}

/** The router gives every error of a root request the path of the first root. */
function remembered(error, isRoot) {
  if (isRoot && error.path) Object.assign((error.extensions ??= {}), { at: error.path });
  return error;
}

function denial(path, rule, isRoot) {
  const at = isRoot ? path : [path[0], 0, ...path.slice(1)];
  return new GraphQLError(DENIED, { path: at, extensions: { code: DENIED, rule, ...(isRoot ? { at } : {}) } });
}

function shown({ data, errors = [], extensions = {} }, isAnonymous) {
  const denials = errors.filter((each) => each.extensions?.code === DENIED);
  const left = errors.filter((each) => each.extensions?.code !== DENIED);
  const denied = distinct(denials.map(({ path, extensions: { at = path, rule } }) => ({ path: at.filter(isName), rule })));
  const told = distinct(left.map((each) => said(each, data === undefined, isAnonymous)));
  const more = { ...extensions, ...(denied.length ? { denied } : {}) };
  return {
    ...(told.length ? { errors: told } : {}),
    ...(data === undefined ? {} : { data }),
    ...(Object.keys(more).length ? { extensions: more } : {}),
  };
}

/** `http` is for the status alone, and only the router's own errors have a say in it. */
function said({ message, path, extensions = {} }, isWhole, isAnonymous) {
  const { code = 'INTERNAL', at = path, municipality, http } = extensions;
  const text = isAnonymous && code === INVALID ? NOT_FITTING : message.replace(GUESS, '');
  const status = isWhole ? { http: http ?? { status: STATUS[code] ?? 200 } } : {};
  return new GraphQLError(text, { path: at, extensions: { code, municipality, ...status } });
}

function isName(each) {
  return typeof each === 'string';
}

function distinct(each) {
  return [...new Map(each.map((one) => [JSON.stringify(one), one])).values()];
}
