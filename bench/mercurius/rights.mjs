// What a resident may see of a child: the same decision as bench/rest/rights.py, in the same words.
const AUTHORITY = ['AUTHORITY_SOLE', 'AUTHORITY_JOINT'];
const DAY_MS = 86_400_000;

export function rightsOf(me, edges, keptAway, today) {
  const byChild = new Map();
  for (const edge of edges) {
    if (keptAway.has(edge.familyId) || !isOpen(edge, today)) continue;
    if (!byChild.has(edge.childId)) byChild.set(edge.childId, []);
    byChild.get(edge.childId).push(edge);
  }
  const found = new Map();
  for (const [childId, about] of byChild) {
    const right = rightOf(me, about);
    if (right) found.set(childId, right);
  }
  return found;
}

function isOpen({ birthDate, movedOutOn }, today) {
  const ofAge = `${Number(birthDate.slice(0, 4)) + 18}${birthDate.slice(4)}`;
  if (today >= ofAge) return false;
  return movedOutOn === null || Date.parse(today) < Date.parse(movedOutOn) + 90 * DAY_MS;
}

function rightOf(me, edges) {
  const mine = new Set(edges.filter((edge) => edge.holderId === me).map((edge) => edge.kind));
  if (mine.has('MINOR_GUARDIAN') || mine.has('PLACEMENT')) return 'WHOLE';
  const isCustodian = mine.has('CUSTODIAN');
  if (!AUTHORITY.some((kind) => mine.has(kind)) || mine.has('AUTHORITY_SUSPENDED')) {
    return isCustodian ? 'WHOLE' : undefined;
  }
  const isHome = edges.some((edge) => edge.holderId === me && edge.homeId === edge.familyId);
  const hasCustodian = edges.some((edge) => edge.kind === 'CUSTODIAN' && edge.holderId !== me);
  if (hasCustodian && !isCustodian) return 'MASKED';
  return isHome || isCustodian || mine.has('AUTHORITY_SOLE') ? 'WHOLE' : 'MASKED';
}
