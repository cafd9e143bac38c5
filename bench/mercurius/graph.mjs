// The graph: the product's fields that the three operations ask for; records come through batched loaders.
export const schema = `
  scalar Date
  scalar _Any
  union _Entity = Child
  type Query {
    viewer: Viewer
    children(first: Int!): ChildConnection!
    _entities(representations: [_Any!]!): [_Entity]!
  }
  type Viewer { family: Family }
  type PageInfo { hasNextPage: Boolean! }
  type Family {
    id: ID! postalCode: String! address: String! phone: String
    children(first: Int!): ChildConnection
  }
  type ChildConnection { edges: [ChildEdge!]! pageInfo: PageInfo! }
  type ChildEdge { node: Child! }
  type Child {
    id: ID! name: String! nameKana: String! birthDate: Date! sex: String! ageMonths: Int! allergies: String
    checkups(last: Int!): CheckupConnection
    vaccinations(first: Int!): VaccinationConnection
  }
  type CheckupConnection { edges: [CheckupEdge!]! }
  type CheckupEdge { node: Checkup! }
  type Checkup {
    id: ID! kind: String! checkedOn: Date! weightG: Int heightMm: Int headMm: Int
    judgement: String findings: String development: String venue: String
  }
  type VaccinationConnection { edges: [VaccinationEdge!]! }
  type VaccinationEdge { node: Vaccination! }
  type Vaccination {
    vaccine: String! givenOn: Date! lot: String clinic: String doctor: String municipalityCode: String
  }
`;

export function resolversOf({ ask }, today) {
  const connection = (rows, first) => ({
    edges: rows.slice(0, first).map((node) => ({ node })),
    pageInfo: { hasNextPage: rows.length > first },
  });
  return {
    Query: {
      viewer: () => ({}),
      children: (_, { first }, { staff }) => connection(staff ? ask.firstChildren.all(first + 1) : [], first),
      _entities(_, { representations }, { staff }) {
        if (!staff) return representations.map(() => null);
        const rows = ask.children.all(JSON.stringify(representations.map(({ id }) => id)));
        const found = new Map(rows.map((row) => [row.id, row]));
        return representations.map(({ id }) => found.get(id) ?? null);
      },
    },
    _Entity: { resolveType: () => 'Child' },
    Viewer: {
      family: (_, __, { familyId }) => (familyId ? ask.family.get(familyId) : null),
    },
    Family: {
      children: ({ id }, { first }, { rights }) =>
        connection(ask.familyChildren.all(id, JSON.stringify([...rights.keys()]), first + 1), first),
    },
    Child: { ageMonths: ({ birthDate }) => ageMonths(today, birthDate) },
  };
}

export function loadersOf({ ask }) {
  const opts = { cache: false };
  return {
    Child: {
      checkups: {
        loader: (queries, { reply }) => batched(queries, ask.checkups, reply.viewer, maskedCheckup, (rows, { last }) => rows.slice(-last)),
        opts,
      },
      vaccinations: {
        loader: (queries, { reply }) => batched(queries, ask.doses, reply.viewer, maskedDose, (rows, { first }) => rows.slice(0, first)),
        opts,
      },
    },
  };
}

async function batched(queries, statement, { staff, rights }, masked, cut) {
  const byChild = new Map();
  for (const row of statement.all(JSON.stringify(queries.map(({ obj }) => obj.id)))) {
    if (!byChild.has(row.childId)) byChild.set(row.childId, []);
    byChild.get(row.childId).push(row);
  }
  return queries.map(({ obj, params }) => {
    const right = staff ? 'WHOLE' : rights.get(obj.id);
    if (!right) return null;
    const rows = cut(byChild.get(obj.id) ?? [], params);
    return { edges: rows.map((row) => ({ node: right === 'WHOLE' ? row : masked(row) })) };
  });
}

const maskedCheckup = (row) => ({ ...row, venue: null });
const maskedDose = (row) => ({ ...row, lot: null, clinic: null, doctor: null, municipalityCode: null });

function ageMonths(today, birthDate) {
  const [year, month, day] = today.split('-').map(Number);
  const [bornYear, bornMonth, bornDay] = birthDate.split('-').map(Number);
  return (year - bornYear) * 12 + month - bornMonth - (day < bornDay ? 1 : 0);
}
