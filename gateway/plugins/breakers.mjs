// How hard a partner is asked: so many questions at once, and none for a while when it does not answer.
// Decisions of this project, the same for cities in tsumugi/dispatch/shards.py.
export const FAILURES = 5; // in a row: one is a lost packet or a restart, five are an outage
export const REST_MS = 5_000; // so long a partner that is back goes unnoticed; one that is away is asked once in that time
export const AT_ONCE = 32; // each may hold a megabyte of ours, and a partner that is slow is not helped by more

/** Closed, it lets everything through; open, nothing; half open, one question to see. */
export class Breaker {
  #failures = 0;
  #until = Number.NEGATIVE_INFINITY;
  #asked = 0;
  #now;

  constructor(now = () => performance.now()) {
    this.#now = now;
  }

  /**
   * What `ask` gives, or a rejection at once where the partner is left alone. `isWell` says afterwards whether the
   * partner answered; undefined where the question has not shown it.
   */
  async through({ atOnce = AT_ONCE, restMs = REST_MS }, ask, isWell) {
    const isProbe = this.#failures >= FAILURES;
    if (this.#asked >= atOnce || (isProbe && this.#now() < this.#until)) throw new Error('left alone');
    if (isProbe) this.#until = this.#now() + restMs; // whoever is let through after a rest is alone
    this.#asked += 1;
    try {
      return await ask();
    } finally {
      this.#asked -= 1;
      const found = isWell();
      if (found !== undefined) this.#note(found, restMs);
      else if (isProbe) this.#until = Number.NEGATIVE_INFINITY; // the next one shall see
    }
  }

  #note(isWell, restMs) {
    this.#failures = isWell ? 0 : this.#failures + 1;
    if (this.#failures >= FAILURES) this.#until = this.#now() + restMs;
  }
}
