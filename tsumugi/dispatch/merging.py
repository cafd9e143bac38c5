"""The answers of several cities become one: by index, errors at their places, without what breaks the contract."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple, TypeGuard

from engine.errors import ErrorCode, message
from tsumugi.dispatch.splitting import OWN, Part, Split
from tsumugi.dispatch.vetting import MOST_LOST, Path, Vetting

Body = dict[str, Any]
CODES = {code.value: code for code in ErrorCode}
RULE = re.compile("[A-Z][A-Z_]{0,39}")
TOLD = {"__typename", "id"}  # under names of ours


class Loss(NamedTuple):
    """What went wrong, where in the whole answer, in which city."""

    code: ErrorCode
    path: Sequence[str | int]
    city: str = ""


class Share(NamedTuple):
    """What one city adds to the whole: values by their places, what went wrong, what it denied."""

    values: Mapping[Path, Any]
    losses: Sequence[Loss]
    denied: Sequence[Body]


def merged(split: Split, answers: Sequence[Body | ErrorCode], language: str = "en") -> Body:
    """The whole answer; an ErrorCode in place of one that a city did not give. No word of a city's own is in it."""
    data: dict[str, Any] = {key: [None] * length for key, length in split.lengths.items()}
    losses = [Loss(ErrorCode.UNKNOWN_MUNICIPALITY, path) for path in split.unknown]
    data |= {str(path[0]): None for path in split.unknown if len(path) == 1}
    denied: list[Body] = []
    for part, answer in zip(split.parts, answers, strict=True):
        share = _share(part, answer)
        for (key, *places), value in share.values.items():
            if places:
                data[str(key)][places[0]] = value
            else:
                data[str(key)] = value
        losses += share.losses
        denied += share.denied
    errors = [_error(each, language) for each in losses]
    return {
        "data": data,
        **({"errors": errors} if errors else {}),
        **({"extensions": {"denied": _distinct(denied)}} if denied else {}),
    }


def spoilt_by(whole: Body) -> list[str]:
    """The cities of whose answers something was dropped, each once."""
    told = (each["extensions"] for each in whole.get("errors", ()))
    codes = (each.get("municipality") for each in told if each["code"] == ErrorCode.PARTNER_ANSWER_INVALID.value)
    return sorted({str(code) for code in codes if code})


def _share(part: Part, answer: Body | ErrorCode) -> Share:
    """What a city adds; of an answer that cannot be read, the code at each of its roots."""
    if not isinstance(answer, ErrorCode):
        try:
            return _read(part, answer)
        except Exception:  # noqa: BLE001 - whatever it is costs this city's places, and those of no other
            answer = ErrorCode.PARTNER_ANSWER_INVALID
    nothing: dict[Path, Any] = {(key,): None for key in part.roots if key not in part.places}
    return Share(nothing, [Loss(answer, (key,), part.city) for key in part.roots], [])


def _read(part: Part, answer: Body) -> Share:
    vetting, found = Vetting(part.city, part.ids), answer.get("data") or {}
    values: dict[Path, Any] = {}
    losses = list(_own(part, answer))
    for key in part.roots:
        if key not in part.places:
            values[key,] = vetting.kept(found.get(key), (key,))
            continue
        for place, each, fault in _placed(part, key, found.get(key)):
            values[key, place] = _without_ours(vetting.kept(each, (key, place)))
            losses += [Loss(fault, (key, place), part.city)] if fault else []
    losses += [Loss(ErrorCode.PARTNER_ANSWER_INVALID, path, part.city) for path in vetting.lost]
    return Share(values, losses, list(_denied(part, answer)))


def _placed(part: Part, key: str, value: Any) -> Iterator[tuple[int, Any, ErrorCode | None]]:
    """Each value of a list at its place in the whole; of another length, nothing of it is anybody's."""
    places = part.places[key]
    is_whole = isinstance(value, list) and len(value) == len(places)
    asked = part.representations.get(key, (None,) * len(places))
    for at, place in enumerate(places):
        each = value[at] if is_whole else None
        is_kept = is_whole and (each is None or _is_of(each, asked[at]))
        yield place, each if is_kept else None, None if is_kept else ErrorCode.PARTNER_ANSWER_INVALID


def _is_of(entity: Any, representation: Any) -> bool:
    """Whether an entity is the one that was asked for; one that says anything says under our names which it is."""
    if not isinstance(entity, Mapping):
        return False
    wanted = {"id": representation} if isinstance(representation, str) else representation
    if not isinstance(wanted, Mapping):
        return True
    says = any(name != "__typename" and not name.startswith(f"{OWN}_") for name in entity)
    told = {
        name: entity.get(f"{OWN}_{name}", None if says and name in TOLD else value) for name, value in wanted.items()
    }
    return told == {name: entity.get(name, value) for name, value in wanted.items()} == dict(wanted)


def _without_ours(entity: Body | None) -> Body | None:
    return entity and {name: value for name, value in entity.items() if not name.startswith(f"{OWN}_")}


def _own(part: Part, answer: Body) -> Iterator[Loss]:
    """A city's errors, with their places in the whole answer; a code that is none of ours says that it failed."""
    found = answer.get("errors")
    for error in found[:MOST_LOST] if isinstance(found, list) else []:
        members = error if isinstance(error, dict) else {}
        path = members.get("path")
        if not _is_path(path) or path[0] not in part.roots:
            path = [part.roots[0]]
        places = part.places.get(str(path[0]), ())
        if len(path) > 1 and isinstance(path[1], int) and 0 <= path[1] < len(places):
            path = [path[0], places[path[1]], *path[2:]]
        extensions = members.get("extensions")
        said = extensions.get("code") if isinstance(extensions, dict) else None
        code = CODES.get(str(said))
        yield Loss(ErrorCode.PARTNER_UNAVAILABLE, path, part.city) if code is None else Loss(code, path)


def _denied(part: Part, answer: Body) -> Iterator[Body]:
    """What a city denied, of what it was asked, by a word that is a rule's name."""
    extensions = answer.get("extensions")
    found = extensions.get("denied") if isinstance(extensions, dict) else None
    for each in found[:MOST_LOST] if isinstance(found, list) else []:
        path, rule = (each.get("path"), each.get("rule")) if isinstance(each, dict) else (None, None)
        if _is_path(path) and path[0] in part.roots and isinstance(rule, str) and RULE.fullmatch(rule):
            yield {"path": path, "rule": rule}


def _distinct(listed: list[Body]) -> list[Body]:
    return [each for at, each in enumerate(listed) if each not in listed[:at]]


def _is_path(path: Any) -> TypeGuard[list[str | int]]:
    return isinstance(path, list) and bool(path) and all(isinstance(each, str | int) for each in path)


def _error(loss: Loss, language: str) -> Body:
    place = {"municipality": loss.city} if loss.city else {}
    extensions = {"code": loss.code.value, **place}
    return {"message": message(loss.code, language), "path": list(loss.path), "extensions": extensions}
