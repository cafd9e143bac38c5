"""No way to log in comes to be without its holder being told: one function adds them all (docs/decisions/0018)."""

import ast

from tests.house.source import FLOORS, modules

# Who may make a row, who may bind one, and who writes residents with their cards, of which nobody is told.
MAKES, BINDS, FOUNDS = "auth/credential.py", "resolvers/enrolment.py", "tsumugi/founding.py"
ALLOWED = {"Credential": {MAKES}, "credential.bound": {BINDS}, "credential.enrol": {FOUNDS}}


def test_credentials_are_added_in_one_place():
    found = {(name, module.path) for module in modules() if _is_ours(module.path) for name in _called(module)}

    assert {(name, path) for name, path in found if path not in ALLOWED[name]} == set()
    assert {name for name, _ in found} == set(ALLOWED)


def test_nothing_of_it_is_imported_by_another_name():
    assert _places(ast.ImportFrom, _renames) == []


def test_no_statement_inserts_one():
    assert _places(ast.Call, _inserts) == []


def _renames(node):
    if node.module == "auth.credential":
        return bool({each.name for each in node.names} & {"bound", "enrol"})
    is_near = node.module in {"auth", "models", "models.credential"}
    return is_near and any(each.asname and each.name in {"Credential", "credential"} for each in node.names)


def _inserts(node):
    return ast.unparse(node.func).split(".")[-1] == "insert" and "Credential" in ast.unparse(node)


def _places(kind, is_wrong):
    """Where there is a node of that kind, as `path:line`."""
    ours = [module for module in modules() if _is_ours(module.path)]
    return [
        f"{each.path}:{node.lineno}"
        for each in ours
        for node in each.nodes
        if isinstance(node, kind) and is_wrong(node)
    ]


def _is_ours(path):
    return path.split("/")[0] in FLOORS


def _called(module):
    calls = (ast.unparse(node.func) for node in module.nodes if isinstance(node, ast.Call))
    return {name for name in calls if name in ALLOWED}
