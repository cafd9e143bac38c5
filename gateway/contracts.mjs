// Contracts: the part of the graph that carries one @tag, with nothing in it that leads out of it.
// Fields carry tags; types, inputs and enums belong to whatever reaches them. So what is outside is worked out here,
// and marked for the composer, which would otherwise want a tag on each of them.
import { Kind } from 'graphql';

export const OUTSIDE = 'outside';
const ROOTS = ['Query', 'Mutation', 'Subscription'];
const OWNERS = new Set([
  Kind.OBJECT_TYPE_DEFINITION,
  Kind.INTERFACE_TYPE_DEFINITION,
  Kind.OBJECT_TYPE_EXTENSION,
  Kind.INTERFACE_TYPE_EXTENSION,
]);
const INPUT = new Set([Kind.INPUT_OBJECT_TYPE_DEFINITION, Kind.INPUT_OBJECT_TYPE_EXTENSION]);

/** The services with everything that does not belong to the contract marked as outside. */
export function marked(services, tag) {
  const graph = new Graph(services, tag);
  return services.map((service) => ({ ...service, typeDefs: outside(service.typeDefs, graph) }));
}

class Graph {
  constructor(services, tag) {
    this.types = new Map(); // name -> {fields: Map(name -> field), members, implementers}
    for (const definition of services.flatMap(({ typeDefs }) => typeDefs.definitions)) this.#learn(definition, tag);
    while (this.#drop()) continue; // what leads to nothing is nothing
    this.reached = new Set();
    ROOTS.filter((name) => this.types.has(name)).forEach((name) => this.#reach(name));
  }

  has(owner, field) {
    return this.reached.has(owner) && (this.types.get(owner)?.fields.has(field) ?? true);
  }

  #learn(definition, tag) {
    const name = definition.name?.value;
    if (!name || !('fields' in definition || 'types' in definition)) return;
    const known = this.#type(name);
    for (const field of definition.fields ?? []) {
      if (!INPUT.has(definition.kind) && !tags(field).includes(tag)) continue;
      const below = [field, ...(field.arguments ?? [])].map(({ type }) => named(type));
      known.fields.set(field.name.value, below);
    }
    for (const each of definition.types ?? []) known.members.add(each.name.value);
    for (const each of definition.interfaces ?? []) {
      this.#type(each.name.value).members.add(name);
      known.faces.add(each.name.value);
    }
  }

  #type(name) {
    if (!this.types.has(name)) this.types.set(name, { fields: new Map(), members: new Set(), faces: new Set() });
    return this.types.get(name);
  }

  #drop() {
    let dropped = false;
    for (const type of this.types.values()) {
      const wanted = [...type.faces].flatMap((face) => [...this.types.get(face).fields.keys()]);
      const lacks = wanted.some((each) => !type.fields.has(each));
      if (lacks && type.fields.size) {
        type.fields.clear(); // what has not the fields of its interface cannot stand for it
        dropped = true;
      }
      for (const [field, below] of type.fields) {
        if (below.every((each) => !this.#isEmpty(each))) continue;
        type.fields.delete(field);
        dropped = true;
      }
      for (const member of type.members) if (this.#isEmpty(member)) dropped = type.members.delete(member) || dropped;
    }
    return dropped;
  }

  #isEmpty(name) {
    const type = this.types.get(name);
    return type !== undefined && type.fields.size === 0 && type.members.size === 0;
  }

  #reach(name) {
    if (this.reached.has(name) || this.#isEmpty(name)) return;
    this.reached.add(name);
    const type = this.types.get(name);
    for (const below of type?.fields.values() ?? []) below.forEach((each) => this.#reach(each));
    for (const member of type?.members ?? []) this.#reach(member);
  }
}

function outside(document, graph) {
  const mark = directive(document);
  const add = (node) => ({ ...node, directives: [...(node.directives ?? []), mark] });
  const definition = (node) => {
    const name = node.name?.value;
    if (!name || node.kind === Kind.DIRECTIVE_DEFINITION || node.kind === Kind.SCHEMA_DEFINITION) return undefined;
    if (!graph.reached.has(name)) return ROOTS.includes(name) ? add(fieldsMarked(node, graph, add)) : add(node);
    return OWNERS.has(node.kind) ? fieldsMarked(node, graph, add) : undefined;
  };
  return { ...document, definitions: document.definitions.map((each) => definition(each) ?? each) };
}

function fieldsMarked(node, graph, add) {
  const fields = (node.fields ?? []).map((each) => (graph.has(node.name.value, each.name.value) ? each : add(each)));
  return { ...node, fields };
}

/** `@tag`, as this document may spell it. */
function directive(document) {
  const imported = JSON.stringify(document).includes('"value":"@tag"');
  const argument = { kind: Kind.ARGUMENT, name: name('name'), value: { kind: Kind.STRING, value: OUTSIDE } };
  return { kind: Kind.DIRECTIVE, name: name(imported ? 'tag' : 'federation__tag'), arguments: [argument] };
}

function name(value) {
  return { kind: Kind.NAME, value };
}

function tags(field) {
  const found = (field.directives ?? []).filter((each) => each.name.value.endsWith('tag'));
  return found.map((each) => each.arguments[0].value.value);
}

function named(type) {
  return type.kind === Kind.NAMED_TYPE ? type.name.value : named(type.type);
}
