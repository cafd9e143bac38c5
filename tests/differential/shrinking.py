"""The smallest operation that still goes wrong: what it selects, arguments, directives are dropped one by one."""

from graphql import parse, print_ast, validate
from graphql.language import REMOVE, FieldNode, NameNode, SelectionSetNode, Visitor, visit

from schema.graph import core

PARTS = {"field", "fragment_spread", "inline_fragment", "directive", "argument"}
ROUNDS = 20


async def shrunk(text, is_wrong):
    """The text without whatever it can do without; `await is_wrong(text)` says whether it still goes wrong."""
    for _ in range(ROUNDS):
        before = text
        at = 0
        while (smaller := _without(text, at)) is not None:
            if _is_valid(smaller) and await is_wrong(smaller):
                text = smaller
            else:
                at += 1
        if text == before:
            break
    return text


def _is_valid(text):
    return not validate(core, parse(text), max_errors=1)


def _without(text, at):
    """The text without its part of this number, and without what then nobody uses; None where there is none."""
    dropping = _Dropping(at)
    tree = visit(parse(text), dropping)
    if not dropping.is_done:
        return None
    for _ in range(3):  # a fragment may be all that uses another, or a variable
        used = _Used()
        visit(tree, used)
        tree = visit(tree, _Sweeping(used.names))
    return print_ast(tree)


class _Dropping(Visitor):
    def __init__(self, at):
        super().__init__()
        self.left, self.is_done = at, False

    def enter(self, node, *_):
        if node.kind in PARTS and not self.is_done:
            self.left -= 1
            if self.left < 0:
                self.is_done = True
                return REMOVE
        return None

    def leave_selection_set(self, node, *_):
        """Something is selected everywhere."""
        return None if node.selections else SelectionSetNode(selections=(FieldNode(name=NameNode(value="__typename")),))


class _Used(Visitor):
    def __init__(self):
        super().__init__()
        self.names = set()

    def enter_fragment_spread(self, node, *_):
        self.names.add(node.name.value)

    def enter_variable(self, node, _key, parent, *_):
        if getattr(parent, "kind", "") != "variable_definition":
            self.names.add("$" + node.name.value)


class _Sweeping(Visitor):
    def __init__(self, names):
        super().__init__()
        self.names = names

    def enter_fragment_definition(self, node, *_):
        return None if node.name.value in self.names else REMOVE

    def enter_variable_definition(self, node, *_):
        return None if "$" + node.variable.name.value in self.names else REMOVE
