// The access log: the same entries in the same chain under the same signature, durable before the answer.
import { createHash, createPrivateKey, randomBytes, sign } from 'node:crypto';

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const BELOW = { checkups: 'Checkup', vaccinations: 'Vaccination' };
const ALIKE = '102016-L'.length + 12; // ids of one operation begin alike, so that an index keeps them side by side
const HEAD = 'tsumugi access log, head\n';

export function bookOf({ database, ask }, { auditPem, auditKeyId, code }) {
  const key = createPrivateKey(auditPem);

  return function write({ holder, purpose, at }, data) {
    const found = [...(data.children?.edges.map((edge) => edge.node) ?? []), ...(data._entities ?? [])];
    const children = found.filter((child) => child !== null); // in the order of their ids, as the index has them
    children.sort((one, other) => (one.id < other.id ? -1 : 1));
    database.exec('BEGIN IMMEDIATE');
    try {
      const { seq: first, hash: before, officeId, office } = ask.tail.get({ me: holder.id });
      let seq = first;
      let last = before;
      const alike = newId(code).slice(0, ALIKE);
      for (const child of children) {
        seq += 1;
        const { fields, cells } = look(child);
        const id = alike + newId(code).slice(ALIKE);
        const hash = hashOf({
          actor_id: holder.id,
          actor_kind: holder.kind,
          at,
          case_reference: purpose.case,
          cells,
          fields,
          id,
          is_denied: false,
          noun: 'child',
          office,
          office_id: officeId,
          previous_hash: last,
          purpose_code: purpose.code,
          seq,
          subject_id: child.id,
        });
        const operation = [seq, id, at, holder.id, holder.kind, officeId, office, purpose.code, purpose.case];
        ask.entry.run(...operation, 'child', child.id, fields, cells, 0, last, hash);
        last = hash;
      }
      const head = JSON.stringify({ first_seq: first + 1, hash: last, key_id: auditKeyId, seq, signed_at: at });
      const signature = sign(null, Buffer.from(HEAD + head), key).toString('hex');
      ask.head.run(seq, first + 1, last, at, auditKeyId, signature);
      ask.moveTail.run(seq, last);
    } catch (why) {
      database.exec('ROLLBACK');
      throw why;
    }
    database.exec('COMMIT');
  };
}

// The keys stand in the order of the alphabet, as the chain wants them.
function hashOf(entry) {
  return createHash('sha256').update(JSON.stringify(entry)).digest('hex');
}

function look(child) {
  const times = new Map();
  const saw = (name) => times.set(name, (times.get(name) ?? 0) + 1);
  for (const [name, value] of Object.entries(child)) {
    if (name in BELOW) {
      for (const { node } of value.edges) {
        for (const below in node) if (node[below] !== null) saw(`${BELOW[name]}.${below}`);
      }
    } else if (value !== null && name !== '__typename') {
      saw(`Child.${name}`);
    }
  }
  const sorted = [...times].sort(([one], [other]) => (one < other ? -1 : 1));
  return {
    fields: sorted.map(([name, count]) => `${name}:${count}`).join(' '),
    cells: sorted.reduce((sum, [, count]) => sum + count, 0),
  };
}

function newId(code) {
  const bytes = randomBytes(16);
  let body = '';
  let bits = 0;
  let value = 0;
  for (const byte of bytes) {
    value = (value << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      body += ALPHABET[(value >> bits) & 31];
    }
    value &= (1 << bits) - 1;
  }
  return `${code}-L${body}${ALPHABET[(value << (5 - bits)) & 31]}`;
}
