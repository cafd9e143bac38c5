// The statements, as bench/rest/statements.py has them, with the names of the graph.
import { DatabaseSync } from 'node:sqlite';

const AMONG = 'IN (SELECT value FROM json_each(?))';
const TEXTS = {
  me: 'SELECT family_id AS familyId FROM resident WHERE id = ? AND (died_on IS NULL OR died_on > ?)',
  keptAway: `
    SELECT m.family_id AS familyId FROM protectionmeasure m
    WHERE m.counterparty_id = :me AND m.valid_from <= :today AND m.valid_to > :today
      AND NOT EXISTS (SELECT 1 FROM protectionmeasure later WHERE later.replaces_id = m.id)`,
  edges: `
    SELECT g.child_id AS childId, c.family_id AS familyId, g.holder_id AS holderId, g.kind, r.family_id AS homeId,
      c.birth_date AS birthDate, c.moved_out_on AS movedOutOn
    FROM guardianship g
    JOIN child c ON c.id = g.child_id
    JOIN resident r ON r.id = g.holder_id
    WHERE g.child_id IN (SELECT mine.child_id FROM guardianship mine WHERE mine.holder_id = :me)
      AND g.valid_from <= :today AND (g.valid_to IS NULL OR g.valid_to > :today)
      AND NOT EXISTS (SELECT 1 FROM guardianship later WHERE later.replaces_id = g.id)
      AND (r.died_on IS NULL OR r.died_on > :today)`,
  family: 'SELECT id, postal_code AS postalCode, address, phone FROM family WHERE id = ?',
  familyChildren: `
    SELECT id, name, name_kana AS nameKana, birth_date AS birthDate, sex, allergies FROM child
    WHERE family_id = ? AND id ${AMONG} ORDER BY birth_date, id LIMIT ?`,
  firstChildren: `
    SELECT id, name, name_kana AS nameKana, birth_date AS birthDate, sex, allergies FROM child
    ORDER BY birth_date, id LIMIT ?`,
  children: `
    SELECT id, name, name_kana AS nameKana, birth_date AS birthDate, sex, allergies FROM child WHERE id ${AMONG}`,
  checkups: `
    SELECT child_id AS childId, id, kind, checked_on AS checkedOn, weight_g AS weightG, height_mm AS heightMm,
      head_mm AS headMm, judgement, findings, development, venue
    FROM checkup WHERE child_id ${AMONG} AND NOT is_replaced ORDER BY child_id, checked_on, id`,
  doses: `
    SELECT child_id AS childId, vaccine, given_on AS givenOn, lot, clinic, doctor,
      municipality_code AS municipalityCode
    FROM vaccination WHERE child_id ${AMONG} AND NOT is_replaced AND NOT is_void ORDER BY child_id, given_on, id`,
  tail: `
    SELECT t.seq, t.hash, o.id AS officeId, o.name AS office FROM audittail t
    JOIN organisation o ON o.id = coalesce((SELECT organisation_id FROM staffmember WHERE id = :me), :me)
    WHERE t.id = 1`,
  entry: `
    INSERT INTO accessentry (seq, id, at, actor_id, actor_kind, office_id, office, purpose_code, case_reference, noun,
      subject_id, fields, cells, is_denied, previous_hash, hash)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  head: `
    INSERT INTO audithead (seq, first_seq, hash, signed_at, key_id, signature) VALUES (?, ?, ?, ?, ?, ?)`,
  moveTail: 'UPDATE audittail SET seq = ?, hash = ? WHERE id = 1',
};

export function open(file) {
  const database = new DatabaseSync(file);
  for (const pragma of ['journal_mode=WAL', 'synchronous=FULL', 'foreign_keys=ON', 'busy_timeout=10000']) {
    database.exec(`PRAGMA ${pragma}`);
  }
  const prepared = Object.entries(TEXTS).map(([name, text]) => [name, database.prepare(text)]);
  return { database, ask: Object.fromEntries(prepared) };
}
