// The federation as its folder tells it: which subgraphs there are, where they answer, how long each may take.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export const FOLDER = process.env.FEDERATION_FOLDER ?? '.federation';
export const SUPERGRAPH = 'supergraph.graphql';
export const API = 'api-public.graphql';
export const CONTRACTS = ['public', 'resident', 'staff', 'partner'];
const PARTNER_MS = 1_000;
const CITY_MS = 10_000; // the city's own deadline

/** What federation.json says; docs/federation.md lists its members. */
export function readFederation(folder = FOLDER) {
  const { subgraphs } = JSON.parse(readFileSync(join(folder, 'federation.json'), 'utf8'));
  return subgraphs.map((each) => ({ timeoutMs: each.partner ? PARTNER_MS : CITY_MS, ...each }));
}

/** The file that the router reads: the whole graph, or one contract's part of it. */
export function supergraphFile(folder = FOLDER, contract = process.env.FEDERATION_CONTRACT) {
  return join(folder, contract ? `supergraph-${contract}.graphql` : SUPERGRAPH);
}

/** The subgraphs by name; one that nobody has named is no subgraph of ours, and is sent nothing. */
export class Subgraphs {
  #read = new Map();
  #at = Number.NEGATIVE_INFINITY;

  constructor(folder = FOLDER, everyMs = 1_000) {
    this.folder = folder;
    this.everyMs = everyMs;
  }

  named(name) {
    if (performance.now() - this.#at > this.everyMs) {
      try {
        this.#read = new Map(readFederation(this.folder).map((each) => [each.name, each]));
      } catch {
        // half written: what was read before still holds
      }
      this.#at = performance.now();
    }
    return this.#read.get(name);
  }

  /** The city, which gives tokens for partners. */
  city() {
    return [...this.#read.values()].find((each) => each.isCity);
  }
}
