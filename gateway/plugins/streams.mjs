// Subscriptions: a city's events one by one as they come; where they break off, the last one is a coded error.
// docs/decisions/0017 says why they are read here and not by the runtime's own transport.
import { GraphQLError, Kind, print } from 'graphql';
import { failed, MOST_BYTES } from './guarded.mjs';

export const SILENCE_MS = 36_000; // a city gives a sign of life every 12 seconds
const EVENTS = 'text/event-stream';

export function passedStreams(subgraphs) {
  return {
    onSubgraphExecute({ subgraphName, transportEntry, executionRequest, setExecutor }) {
      const named = subgraphs.named(subgraphName);
      if (named?.isCity && executionRequest.operationType === 'subscription')
        setExecutor((asked) => subscribed(transportEntry.location, named.timeoutMs, asked));
    },
  };
}

/** The events as results, or the refusal as the only one; no new version of the graph ends them. */
export async function subscribed(url, timeoutMs, { document, variables, context, info }) {
  const ending = new AbortController();
  const late = setTimeout(() => ending.abort(), timeoutMs);
  const headers = { accept: EVENTS, 'content-type': 'application/json' };
  const body = JSON.stringify({ query: print(document), variables });
  try {
    const response = await context.fetch(url, { method: 'POST', headers, body, signal: ending.signal }, context, info);
    if (response.headers.get('content-type')?.startsWith(EVENTS)) return passed(response.body, ending, nothing(document));
    return result(await response.json());
  } catch {
    return failed('PARTNER_UNAVAILABLE');
  } finally {
    clearTimeout(late);
  }
}

/** What can be ended while it waits, which a generator cannot. */
function passed(body, ending, empty) {
  const results = told(body, ending, empty);
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    next: () => results.next(),
    return: () => {
      ending.abort();
      return results.return();
    },
  };
}

async function* told(body, ending, empty) {
  try {
    for await (const event of events(body, ending)) yield result(event, empty);
    return;
  } catch {
    // it broke off, which is said last
  } finally {
    ending.abort();
  }
  yield { ...failed('PARTNER_UNAVAILABLE'), data: empty };
}

/** The data of each event up to `complete`. */
async function* events(body, ending) {
  const decoder = new TextDecoder(); // a character may come in two pieces
  let rest = '';
  for await (const piece of pieces(body, ending)) {
    const whole = (rest + decoder.decode(piece, { stream: true })).split('\n\n');
    rest = whole.pop();
    if (rest.length > MOST_BYTES) throw new Error('too long');
    for (const event of whole) {
      if (said(event, 'event') === 'complete') return;
      const data = said(event, 'data');
      if (data) yield JSON.parse(data);
    }
  }
  throw new Error('broken off');
}

/** The clock runs only while a piece is waited for: a client that is slow makes the city wait, too. */
async function* pieces(body, ending) {
  const reading = body[Symbol.asyncIterator]();
  for (;;) {
    const silent = setTimeout(() => ending.abort(), SILENCE_MS);
    const { done, value } = await reading.next().finally(() => clearTimeout(silent));
    if (done) return;
    yield value;
  }
}

function said(event, name) {
  const lines = event.split('\n').filter((line) => line.startsWith(`${name}:`));
  return lines.map((line) => line.slice(name.length + 1).trim()).join('\n');
}

/** Without data the planner would tell those of the event before once more. */
function result({ data, errors, extensions }, empty) {
  const told = errors?.map(({ message, ...rest }) => new GraphQLError(message, rest));
  return { data: data ?? empty, errors: told, extensions };
}

function nothing({ definitions }) {
  const { selections } = definitions.find((each) => each.kind === Kind.OPERATION_DEFINITION).selectionSet;
  return Object.fromEntries(selections.map(({ alias, name }) => [(alias ?? name).value, null]));
}
