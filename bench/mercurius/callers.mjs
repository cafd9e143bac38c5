// Who asks, by the product's tokens: the signature is verified once, then the caller is remembered until the token expires.
// What a `sub` stands for is sealed; the bench, which has the key, tells for its callers.
import { createHash, createPublicKey, verify } from 'node:crypto';

export function callersOf({ jwks, issuer, audience, subjects }) {
  const keys = new Map(jwks.keys.map((jwk) => [jwk.kid, createPublicKey({ key: jwk, format: 'jwk' })]));
  const known = new Map();

  function verified(token) {
    const [head, claims, signature] = token.split('.');
    const { kid, alg } = JSON.parse(Buffer.from(head, 'base64url'));
    const said = JSON.parse(Buffer.from(claims, 'base64url'));
    const key = { key: keys.get(kid), dsaEncoding: 'ieee-p1363' };
    const isOurs = alg === 'ES256' && key.key && said.iss === issuer && said.aud === audience;
    const isSigned = isOurs && verify('sha256', `${head}.${claims}`, key, Buffer.from(signature, 'base64url'));
    return isSigned && said.exp * 1000 > Date.now() ? { ...subjects[said.sub], until: said.exp * 1000 } : undefined;
  }

  return function behind(authorization = '') {
    const token = authorization.replace(/^Bearer /, '');
    const digest = createHash('sha256').update(token).digest('base64');
    let holder = known.get(digest);
    if (holder === undefined || holder.until <= Date.now()) {
      holder = verified(token);
      if (known.size >= 1000) known.clear();
      known.set(digest, holder);
    }
    return holder;
  };
}
