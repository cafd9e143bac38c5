// Whoever has not logged in knows the public contract alone: what exists for others is refused like what exists for nobody.
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { buildSchema, validate } from 'graphql';
import { API, FOLDER } from '../federation.mjs';

const LOOK_MS = 1_000;

export function knownToStrangers(file = join(FOLDER, API)) {
  const graph = new PublicGraph(file);
  return {
    onValidate({ context, addValidationRule }) {
      if (context.request.headers.get('authorization') !== null) return;
      const schema = graph.schema();
      // Answers to documents are kept by the names of the rules, so this one has a name.
      addValidationRule(function PublicContract(validation) {
        const errors = validate(schema, validation.getDocument());
        return { Document: () => errors.slice(0, 1).forEach((each) => validation.reportError(each)) };
      });
    },
  };
}

class PublicGraph {
  #schema;
  #modified;
  #looked = Number.NEGATIVE_INFINITY;

  constructor(file) {
    this.file = file;
    this.schema();
  }

  schema() {
    if (performance.now() - this.#looked > LOOK_MS) {
      this.#looked = performance.now();
      const modified = statSync(this.file).mtimeMs;
      if (modified !== this.#modified) this.#schema = buildSchema(readFileSync(this.file, 'utf8'), { assumeValid: true });
      this.#modified = modified;
    }
    return this.#schema;
  }
}
