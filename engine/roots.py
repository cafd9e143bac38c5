"""The roots of a plan: where an operation starts, each with what it answers in a run."""

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any, get_origin

from graphql import FieldNode, GraphQLObjectType, OperationDefinitionNode, get_named_type

from auth.access import Verdict, verdict
from engine.arguments import Arguments
from engine.cells import Level
from engine.levels import Levels, Targets, Uncovered, sets_of
from engine.loops import Loops
from engine.plan import LevelReader, PageReader
from engine.run import Run
from engine.shape import Shaped, Unsure, shaped
from models.ask import together
from resolvers.texts import Texts
from schema.declare import Field, What
from schema.faces import camel
from schema.graph import REPRESENTATIONS_LIMIT, entity_key, is_admitted
from schema.node import ROOTS, Node

Key = tuple[Node, str] | None


class Object:
    """The roots of one class of roots, in the order of the response."""

    def __init__(self, owner: GraphQLObjectType, made: Sequence[tuple[str, Any]]) -> None:
        self.owner = owner
        self.made = made

    async def value(self, run: Run) -> dict[str, Any]:
        """What they answer, read side by side."""
        if len(self.made) == 1 and not isinstance(self.made[0][1], str):
            [(only, root)] = self.made
            return {only: await root.value(run)}
        works = [root.value(run) for _, root in self.made if not isinstance(root, str)]
        brought = iter(await together(works, run.now))
        return {key: root if isinstance(root, str) else next(brought) for key, root in self.made}


class Space:
    """A root that holds further roots, for callers to whom it is open."""

    def __init__(self, declared: Field, inside: Object) -> None:
        self._declared = declared
        self.inside = inside

    async def value(self, run: Run) -> Any:
        """The object, or None."""
        is_open = self._declared.by is not None and self._declared.by(run.caller)
        return await self.inside.value(run) if is_open else None


class Free:
    """A root in free code; None where it is closed to the caller."""

    def __init__(self, declared: Field, given: Arguments, shape: Shaped, *, is_shut: bool) -> None:
        self._declared = declared
        self._is_shut = is_shut
        self._given = given
        self._shape = shape

    async def value(self, run: Run) -> Any:
        """Its value, as selected."""
        words = self._given.of(run.given)
        if self._is_shut:
            return None
        return self._shape(await self._declared.by(run.context, **words) if self._declared.by else None)


class Listed:
    """A root listing."""

    def __init__(self, pages: PageReader, *, is_shut: bool) -> None:
        self.pages = pages
        self._is_shut = is_shut

    async def value(self, run: Run) -> Any:
        """Its connection."""
        made, found = await self.pages.top(run, is_shut=self._is_shut)
        run.found.append((found, None))
        return made


class Keyed:
    """Rows by key, of one node or of several. `is_given`: the client named them, and vain tries are noted."""

    def __init__(
        self,
        find: Callable[[Run], Sequence[Key]],
        targets: Targets,
        make: Callable[[Level], LevelReader],
        *,
        is_list: bool,
        is_given: bool,
    ) -> None:
        self._find = find
        self.targets = targets
        self._make = make
        self._is_list = is_list
        self._is_given = is_given
        self._readers: dict[str, LevelReader] = {}

    def reader(self, node: Node) -> LevelReader:
        """What reads rows of this node."""
        if node.name not in self._readers:
            self._readers[node.name] = self._make(self.targets.level(node))
        return self._readers[node.name]

    async def value(self, run: Run) -> Any:
        """The row or the rows, in the order of the keys; None where there is none for this caller."""
        keys = self._find(run)
        if len(keys) == 1:
            answer = await self._single(run, keys[0])
            return [answer] if self._is_list else answer
        by_node: dict[Node, list[str]] = {}
        for key in keys:
            if key is not None:
                by_node.setdefault(key[0], []).append(key[1])
        wanted = {node: [*dict.fromkeys(ids)] for node, ids in by_node.items()}
        works = [self.reader(node).by_key(run, ids) for node, ids in wanted.items()]
        rows: dict[Node, dict[str, Any]] = {}
        for node, each in zip(wanted, await together(works, run.now), strict=True):
            [group], [views] = each.groups, each.views[0]
            rows[node] = {row[0]: shown for row, shown in zip(group, views, strict=True)}
            times = None if len(wanted[node]) == len(by_node[node]) else Counter(by_node[node])
            run.found.append((each, None if times is None else [times[row[0]] for row in group]))
        found = [None if key is None else rows[key[0]].get(key[1]) for key in keys]
        if self._is_given and None in found:
            run.tries += [key[1] for key, row in zip(keys, found, strict=True) if key is not None and row is None]
        return found

    async def _single(self, run: Run, key: Key) -> Any:
        if key is None:
            return None
        found = await self.reader(key[0]).by_key(run, [key[1]])
        run.found.append((found, None))
        [shown] = found.views[0]
        if self._is_given and not shown:
            run.tries.append(key[1])
        return shown[0] if shown else None


class Roots:
    """Makes the roots of one operation."""

    def __init__(self, levels: Levels, loops: Loops, texts: Texts) -> None:
        self._levels = levels
        self._loops = loops
        self._texts = texts

    def _reader(self, level: Level) -> LevelReader:
        return LevelReader(level, self._loops, self._texts)

    def of(self, operation: OperationDefinitionNode) -> Object:
        """The whole of a query. Raises Uncovered."""
        return self._object("Query", [operation.selection_set])

    def _object(self, name: str, sets: Sequence[Any]) -> Object:
        owner = self._levels.object(name)
        selected = self._levels.selections.fields(owner, sets)
        return Object(owner, [(key, self._root(owner, nodes)) for key, nodes in selected.items()])

    def _root(self, owner: GraphQLObjectType, nodes: list[FieldNode]) -> Any:
        name = nodes[0].name.value
        if name == "__typename":
            return owner.name
        if name == "_entities":
            return self._entities(owner, nodes)
        declared = ROOTS[owner.name].get(name)
        if declared is None:
            raise Uncovered("introspection")
        definition = owner.fields[name]
        if declared.what is What.SPACE:
            return Space(declared, self._object(get_named_type(definition.type).name, sets_of(nodes)))
        if declared.what is What.LISTED:
            pages = PageReader(self._levels.paging(owner, declared, nodes), self._loops, self._texts)
            return Listed(pages, is_shut=verdict(declared.access, declared.noun, self._levels.standing).is_closed)
        if declared.what is What.KEYED:
            return self._keyed(owner, declared, nodes)
        shape = shaped(definition.type, sets_of(nodes), self._levels.selections)
        decided = verdict(declared.access, declared.noun, self._levels.standing)
        return Free(
            declared, Arguments(definition, nodes[0], _names(declared)), shape, is_shut=decided is not Verdict.OPEN
        )

    def _keyed(self, owner: GraphQLObjectType, declared: Field, nodes: list[FieldNode]) -> Keyed:
        definition = owner.fields[camel(declared.name)]
        given, is_list = Arguments(definition, nodes[0], _names(declared)), get_origin(declared.hint) is list
        named: Any = get_named_type(definition.type)

        def find(run: Run) -> Sequence[Key]:
            found = declared.keys(run.context, **given.of(run.given)) if declared.keys else None
            return (found or ()) if is_list else (found,)

        targets = Targets(self._levels, named, sets_of(nodes))
        return Keyed(find, targets, self._reader, is_list=is_list, is_given=declared.target is None)

    def _entities(self, owner: GraphQLObjectType, nodes: list[FieldNode]) -> Keyed:
        definition = owner.fields["_entities"]
        given = Arguments(definition, nodes[0])
        named: Any = get_named_type(definition.type)

        def find(run: Run) -> Sequence[Key]:
            representations = given.of(run.given)["representations"]
            if not is_admitted(run.caller) or len(representations) > REPRESENTATIONS_LIMIT:
                raise Unsure("refused")
            return [entity_key(run.context, each) for each in representations]

        targets = Targets(self._levels, named, sets_of(nodes))
        return Keyed(find, targets, self._reader, is_list=True, is_given=True)


def _names(declared: Field) -> dict[str, str]:
    """The names of Python by those of the graph."""
    return {camel(name): name for name in declared.arguments}
