// Composes the subgraphs of a folder: both composers must accept them, and what is published appears by a rename.
// node compose.mjs FOLDER          publish the graph and its contracts
// node compose.mjs FOLDER --check  only say whether it could be
import { copyFileSync, existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { composeServices } from '@apollo/composition';
import { composeSchemaContract, composeServices as composeByHive } from '@theguild/federation-composition';
import { parse } from 'graphql';
import { marked, OUTSIDE } from './contracts.mjs';
import { API, CONTRACTS, readFederation, SUPERGRAPH } from './federation.mjs';

/** The supergraph and each contract's, by file name; or what either composer has against it. */
export function composed(services) {
  const apollo = composeServices(services);
  const hive = composeByHive(services);
  const faults = [
    ...(apollo.errors ?? []).map((each) => `@apollo/composition: ${each.message}`),
    ...(hive.errors ?? []).map((each) => `@theguild/federation-composition: ${each.message}`),
  ];
  if (faults.length) return { faults };
  const files = { [SUPERGRAPH]: apollo.supergraphSdl };
  for (const tag of CONTRACTS) {
    const filter = { include: new Set(), exclude: new Set([OUTSIDE]) };
    const contract = composeSchemaContract(marked(services, tag), filter, true);
    faults.push(...(contract.errors ?? []).map((each) => `contract ${tag}: ${each.message}`));
    files[`supergraph-${tag}.graphql`] = contract.supergraphSdl;
    if (tag === 'public') files[API] = contract.publicSdl;
  }
  return faults.length ? { faults } : { faults, files };
}

/** The subgraphs as composers take them. */
export function services(folder) {
  return readFederation(folder).map(({ name, url, schema }) => ({
    name,
    url,
    typeDefs: parse(readFileSync(join(folder, schema), 'utf8')),
  }));
}

/** Each file anew by a rename; the one before it stays beside it as `.previous`. */
export function publish(folder, files) {
  for (const [name, text] of Object.entries(files)) {
    const file = join(folder, name);
    if (existsSync(file)) copyFileSync(file, `${file}.previous`);
    writeFileSync(`${file}.next`, text);
    renameSync(`${file}.next`, file);
  }
}

if (process.argv[1] === import.meta.filename) {
  const [folder, mode] = process.argv.slice(2);
  const { faults, files } = composed(services(folder));
  for (const fault of faults) console.error(fault);
  if (faults.length) process.exit(1);
  if (mode !== '--check') publish(folder, files);
}
