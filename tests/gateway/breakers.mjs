// A partner that fails in a row is left alone, seen again after a rest, and never asked by too many at once.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AT_ONCE, Breaker, FAILURES, REST_MS } from '../../gateway/plugins/breakers.mjs';

const LIMITS = {};

/** A breaker at a clock of ours, and `ask(isWell)`: whether the question was let through. */
function begun() {
  const clock = { now: 0 };
  const breaker = new Breaker(() => clock.now);
  const ask = (isWell) =>
    breaker.through(LIMITS, async () => true, () => isWell).catch(() => false);
  const fail = async () => {
    for (let each = 0; each < FAILURES; each += 1) assert.equal(await ask(false), true);
  };
  return { clock, breaker, ask, fail };
}

test('failures in a row open it, and one answer between them does not', async () => {
  const { ask, fail } = begun();
  for (let each = 1; each < FAILURES; each += 1) await ask(false);
  await ask(true);
  await fail();
  assert.equal(await ask(true), false);
});

test('after a rest one is let through to see, and closes it or opens it again', async () => {
  const { clock, ask, fail } = begun();
  await fail();
  clock.now += REST_MS;
  assert.deepEqual(await Promise.all([ask(false), ask(true)]), [true, false]);
  clock.now += REST_MS - 1;
  assert.equal(await ask(true), false);
  clock.now += 1;
  assert.deepEqual([await ask(true), await ask(true)], [true, true]);
});

test('a question that shows nothing of the partner neither opens it nor spends the look', async () => {
  const { clock, ask, fail } = begun();
  for (let each = 0; each <= FAILURES; each += 1) assert.equal(await ask(undefined), true);
  await fail();
  clock.now += REST_MS;
  assert.deepEqual([await ask(undefined), await ask(true), await ask(true)], [true, true, true]);
});

test('beyond so many at once nobody waits', async () => {
  const { breaker, ask } = begun();
  let release;
  const held = new Promise((resolve) => (release = resolve));
  const asked = Array.from({ length: AT_ONCE }, () => breaker.through(LIMITS, () => held, () => true));
  assert.equal(await ask(true), false);
  release();
  await Promise.all(asked);
  assert.equal(await ask(true), true);
});
