"""The answers of several cities become one: by index, errors at their places, without what breaks the contract."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple, TypeGuard

from engine.errors import ErrorCode, message
from tsumugi.dispatch.splitting import OWN, Part, Split

Body = dict[str, Any]
CODES = {code.value: code for code in ErrorCode}
RULE = re.compile("[A-Z][A-Z_]{0,39}")


class Loss(NamedTuple):
    """What went wrong, where in the whole answer, in which city."""

    code: ErrorCode
    path: Sequence[str | int]
    city: str = ""


def merged(split: Split, answers: Sequence[Body | ErrorCode], language: str = "en") -> Body:
    """The whole answer; an ErrorCode in place of one that a city did not give. No word of a city's own is in it."""
    data: dict[str, Any] = {key: [None] * length for key, length in split.lengths.items()}
    losses = [Loss(ErrorCode.UNKNOWN_MUNICIPALITY, path) for path in split.unknown]
    data |= {str(path[0]): None for path in split.unknown if len(path) == 1}
    denied: list[Any] = []
    for part, answer in zip(split.parts, answers, strict=True):
        if isinstance(answer, ErrorCode):
            losses += [Loss(answer, (key,), part.city) for key in part.roots]
            data |= {key: None for key in part.roots if key not in part.places}
            continue
        losses += _own(part, answer)
        found = answer.get("data") or {}
        for key in part.roots:
            value = found.get(key)
            if key not in part.places:
                data[key] = value
                continue
            for place, each, fault in _placed(part, key, value):
                data[key][place] = each
                losses += [Loss(fault, (key, place), part.city)] if fault else []
        denied += _denied(part, answer)
    errors = [_error(each, language) for each in losses]
    return {
        "data": data,
        **({"errors": errors} if errors else {}),
        **({"extensions": {"denied": _distinct(denied)}} if denied else {}),
    }


def _placed(part: Part, key: str, value: Any) -> Iterator[tuple[int, Any, ErrorCode | None]]:
    """Each value of a list at its place in the whole; of another length, nothing of it is anybody's."""
    places = part.places[key]
    is_whole = isinstance(value, list) and len(value) == len(places)
    asked = part.representations.get(key, (None,) * len(places))
    for at, place in enumerate(places):
        each = value[at] if is_whole else None
        is_kept = is_whole and (each is None or _is_of(each, asked[at]))
        kept = _without_ours(each) if is_kept and each is not None else None
        yield place, kept, None if is_kept else ErrorCode.PARTNER_ANSWER_INVALID


def _is_of(entity: Any, representation: Any) -> bool:
    """Whether an entity is the one that was asked for, as far as it says which it is."""
    if not isinstance(entity, Mapping):
        return False
    wanted = {"id": representation} if isinstance(representation, str) else representation
    if not isinstance(wanted, Mapping):
        return True
    return all(entity.get(name, value) == value == entity.get(f"{OWN}_{name}", value) for name, value in wanted.items())


def _without_ours(entity: Body) -> Body:
    return {name: value for name, value in entity.items() if not name.startswith(f"{OWN}_")}


def _own(part: Part, answer: Body) -> Iterator[Loss]:
    """A city's errors, with their places in the whole answer; a code that is none of ours says that it failed."""
    found = answer.get("errors")
    for error in found if isinstance(found, list) else []:
        members = error if isinstance(error, dict) else {}
        path = members.get("path")
        if not _is_path(path) or path[0] not in part.roots:
            path = [part.roots[0]]
        places = part.places.get(str(path[0]), ())
        if len(path) > 1 and isinstance(path[1], int) and path[1] < len(places):
            path = [path[0], places[path[1]], *path[2:]]
        extensions = members.get("extensions")
        said = extensions.get("code") if isinstance(extensions, dict) else None
        code = CODES.get(str(said))
        yield Loss(ErrorCode.PARTNER_UNAVAILABLE, path, part.city) if code is None else Loss(code, path)


def _denied(part: Part, answer: Body) -> Iterator[Body]:
    """What a city denied, of what it was asked, by a word that is a rule's name."""
    extensions = answer.get("extensions")
    found = extensions.get("denied") if isinstance(extensions, dict) else None
    for each in found if isinstance(found, list) else []:
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
