// Who asks, as each subgraph may know it: the city by the caller's own token, a partner by one made for this request.
import { createHash, createPrivateKey, createPublicKey, randomUUID, sign } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { FOLDER } from '../federation.mjs';

// By name: a city gets who asks and why, in which language; a partner gets nothing of it.
const PLAIN = ['accept', 'content-type'];
const ASKED = ['authorization', 'tsumugi-further-tokens', 'tsumugi-purpose', 'accept-language'];
const LIFETIME_S = 30;
const EXCHANGE_MS = 1_000;

export function knownCallers(subgraphs, keyFile = process.env.FEDERATION_KEY ?? join(FOLDER, 'router.pem')) {
  const key = createPrivateKey(readFileSync(keyFile));
  const kid = thumbprint(key);
  const letter = (audience, body) => signed(key, kid, audience, body);
  return {
    /** What a client says beside the operation would travel to every subgraph, and could name headers. */
    onParams({ params, setParams }) {
      setParams({ query: params.query, operationName: params.operationName, variables: params.variables });
    },
    async onFetch({ url, options, setOptions, context, executionRequest }) {
      if (!executionRequest) return;
      const named = subgraphs.named(executionRequest.subgraphName);
      const headers = picked(PLAIN, (name) => options.headers?.[name]);
      if (named?.isCity) {
        Object.assign(headers, picked(ASKED, (name) => context.request.headers.get(name)));
        headers['tsumugi-router'] = letter(url, digest(options.body));
      } else if (named?.partner) headers.authorization = `Bearer ${await exchanged(named, options, context)}`;
      setOptions({ ...options, headers, redirect: 'manual' }); // a token goes to the address that was named
    },
  };

  /** The city's token for that partner and this body. */
  async function exchanged({ partner }, { body, signal }, { request }) {
    const city = subgraphs.city();
    const url = new URL(`/auth/partner/${partner}`, city.exchange ?? city.url).href;
    const mine = request.headers.get('authorization');
    const headers = { 'tsumugi-router': letter(url, digest(body)), ...(mine ? { authorization: mine } : {}) };
    const ending = AbortSignal.any([signal, AbortSignal.timeout(EXCHANGE_MS)].filter(Boolean));
    const answer = await fetch(url, { method: 'POST', headers, signal: ending });
    if (!answer.ok) throw new Error('no token for a partner');
    return (await answer.json()).token;
  }
}

function picked(names, value) {
  return Object.fromEntries(names.map((name) => [name, value(name)]).filter(([, each]) => each != null));
}

function digest(body) {
  return createHash('sha256').update(body ?? '').digest('hex');
}

function signed(key, kid, audience, body) {
  const now = Math.floor(Date.now() / 1_000);
  const claims = { iss: 'router', sub: 'router', aud: audience, iat: now, exp: now + LIFETIME_S, jti: randomUUID(), body };
  const text = [{ alg: 'ES256', kid, typ: 'JWT' }, claims].map((part) => base64url(JSON.stringify(part))).join('.');
  return `${text}.${sign('sha256', Buffer.from(text), { key, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`;
}

/** The key's name, RFC 7638. */
function thumbprint(key) {
  const { crv, kty, x, y } = createPublicKey(key).export({ format: 'jwk' });
  return createHash('sha256').update(JSON.stringify({ crv, kty, x, y })).digest('base64url');
}

function base64url(text) {
  return Buffer.from(text).toString('base64url');
}
