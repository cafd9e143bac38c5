"""The answers of several cities become one: by index, errors at their places, without what breaks the contract."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from engine.errors import ErrorCode, message
from tsumugi.dispatch.splitting import Part, Split

Body = dict[str, Any]


def merged(split: Split, answers: Sequence[Body | ErrorCode]) -> Body:
    """The whole answer; an ErrorCode in place of one that a city did not give."""
    data: dict[str, Any] = {key: [None] * length for key, length in split.lengths.items()}
    errors = [_error(ErrorCode.UNKNOWN_MUNICIPALITY, path) for path in split.unknown]
    data |= {str(path[0]): None for path in split.unknown if len(path) == 1}
    denied: list[Any] = []
    for part, answer in zip(split.parts, answers, strict=True):
        if isinstance(answer, ErrorCode):
            errors += [_error(answer, (key,), part.city) for key in part.roots]
            data |= {key: None for key in part.roots if key not in part.places}
            continue
        errors += _own(part, answer)
        found = answer.get("data") or {}
        for key in part.roots:
            value = found.get(key)
            if key not in part.places:
                data[key] = value
                continue
            for place, each, fault in _placed(part, key, value):
                data[key][place] = each
                errors += [_error(fault, (key, place), part.city)] if fault else []
        denied += [each for each in (answer.get("extensions") or {}).get("denied", []) if each not in denied]
    return {
        "data": data,
        **({"errors": errors} if errors else {}),
        **({"extensions": {"denied": denied}} if denied else {}),
    }


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
    """Whether an entity is the one that was asked for, as far as it says which it is."""
    if not isinstance(entity, Mapping):
        return False
    if not isinstance(representation, Mapping):
        return True
    return all(entity.get(name, wanted) == wanted for name, wanted in representation.items())


def _own(part: Part, answer: Body) -> Iterator[Body]:
    """A city's errors, with their places in the whole answer."""
    for error in answer.get("errors") or []:
        path = error.get("path") or [part.roots[0]]
        places = part.places.get(path[0], ())
        if len(path) > 1 and isinstance(path[1], int) and path[1] < len(places):
            path = [path[0], places[path[1]], *path[2:]]
        yield {**error, "path": path}


def _error(code: ErrorCode, path: Sequence[str | int], city: str = "") -> Body:
    place = {"municipality": city} if city else {}
    return {"message": message(code, "en"), "path": list(path), "extensions": {"code": code.value, **place}}
