// A city's events come whole and one by one through the router's reader, and where they break off an error is the last.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { after, before, test } from 'node:test';
import { SILENCE_MS, subscribed } from '../../gateway/plugins/streams.mjs';

const required = createRequire(new URL('../../gateway/router.mjs', import.meta.url));
const { fetch } = required('@whatwg-node/fetch'); // the runtime's own
const document = required('graphql').parse('subscription ($id: ID) { news: notices(id: $id) { message { titleJa } } }');
const EVENTS = { 'content-type': 'text/event-stream; charset=utf-8' };
const COMPLETE = 'event: complete\ndata:\n\n';
const LAST = { news: null, code: 'PARTNER_UNAVAILABLE' };
let answer; // what the city does next with (request, response)
let heard; // of its last request
const city = createServer(async (request, response) => {
  heard = { method: request.method, url: request.url, accept: request.headers.accept, body: '' };
  for await (const piece of request) heard.body += piece;
  answer(request, response);
});
before(() => new Promise((begun) => city.listen(0, '127.0.0.1', begun)));
after(() => city.closeAllConnections() ?? city.close());

const asked = (timeoutMs = 60_000) => {
  const url = `http://127.0.0.1:${city.address().port}/graphql`;
  return subscribed(url, timeoutMs, { document, variables: { id: '102016-C1' }, context: { fetch }, info: {} });
};
const event = (members) => `event: next\ndata: ${JSON.stringify(members)}\n\n`;
const notice = (titleJa) => event({ data: { news: { message: { titleJa } } } });

/** What a city that sends these pieces, and then ends or breaks the connection, tells. */
async function told(pieces, end) {
  answer = async (_, response) => {
    response.writeHead(200, EVENTS);
    for (const piece of pieces) {
      response.write(piece);
      await new Promise(setImmediate);
    }
    end(response);
  };
  const found = [];
  for await (const { data, errors } of await asked())
    found.push({ news: data.news && data.news.message.titleJa, ...(errors && { code: errors[0].extensions.code }) });
  return found;
}

test('the question goes in the body, and characters that come in two pieces stay whole', async () => {
  const bytes = Buffer.from(`:\n\n${notice('予防接種')}${notice('健診')}${COMPLETE}`);
  const pieces = [...bytes].map((each) => Buffer.from([each]));

  assert.deepEqual(await told(pieces, (response) => response.end()), [{ news: '予防接種' }, { news: '健診' }]);
  assert.deepEqual([heard.method, heard.url, heard.accept], ['POST', '/graphql', 'text/event-stream']);
  assert.deepEqual(JSON.parse(heard.body).variables, { id: '102016-C1' });
});

test('a city that ends, breaks off, or tells what is no event, is one coded error after what it told', async () => {
  const ways = {
    'ends without saying so': [[notice('a')], (response) => response.end()],
    'breaks off': [[notice('a'), 'event: ne'], (response) => response.destroy()],
    'is no JSON': [[notice('a'), 'data: {\n\n'], () => undefined],
    'is null': [[notice('a'), 'data: null\n\n'], () => undefined],
    'is too long': [[notice('a'), ...Array(9).fill('x'.repeat(131_072))], () => undefined],
  };
  for (const [what, way] of Object.entries(ways)) assert.deepEqual(await told(...way), [{ news: 'a' }, LAST], what);
});

test('an error of the city comes with its code and without the data of the event before', async () => {
  const ended = event({ errors: [{ message: 'm', extensions: { code: 'UNAUTHENTICATED' } }] });

  const found = await told([notice('a'), ended + COMPLETE], (response) => response.end());
  assert.deepEqual(found, [{ news: 'a' }, { news: null, code: 'UNAUTHENTICATED' }]);
});

test('a city that is silent in the middle is given up, and one that does not begin in its time', async (context) => {
  const begun = new Promise((resolve) => {
    answer = (_, response) => resolve(response.writeHead(200, EVENTS).write(notice('a')));
  });
  const results = await asked();
  await begun;
  await results.next();
  context.mock.timers.enable({ apis: ['setTimeout'] });
  const next = results.next();
  context.mock.timers.tick(SILENCE_MS - 1);
  assert.equal(await Promise.race([next, new Promise(setImmediate).then(() => 'waits')]), 'waits');
  context.mock.timers.tick(1);
  assert.equal((await next).value.errors[0].extensions.code, 'PARTNER_UNAVAILABLE');
  context.mock.timers.reset();

  answer = () => undefined;
  assert.equal((await asked(50)).errors[0].extensions.code, 'PARTNER_UNAVAILABLE');
});

test('what a city refuses keeps its code and is no stream', async () => {
  answer = (_, response) => {
    response.writeHead(429, { 'content-type': 'application/json' });
    response.end('{"errors":[{"message":"m","extensions":{"code":"TOO_MANY_REQUESTS"}}]}');
  };
  const { data, errors } = await asked();

  assert.deepEqual([data, errors[0].extensions], [undefined, { code: 'TOO_MANY_REQUESTS' }]);
});

test('a client that goes takes the connection with it, and one that is slow makes the city wait', async () => {
  const piece = notice('x'.repeat(100_000));
  let written = 0;
  const left = new Promise((resolve) => {
    answer = (_, response) => {
      response.writeHead(200, EVENTS).once('close', resolve);
      while (written < 1_000 && response.write(piece)) written += 1;
      response.on('drain', () => {
        while (written < 1_000 && response.write(piece)) written += 1;
      });
    };
  });
  const results = await asked();
  await results.next();
  await new Promise((resolve) => setTimeout(resolve, 100));
  assert.ok(written < 500, `${written} of 1,000 events were taken off the city's hands`);

  const waiting = results.next();
  await results.return();
  await Promise.all([left, waiting]);
  assert.equal((await results.next()).done, true);
});
