"""The style of the house, as far as a machine can read it."""

import ast
import re

from tests.house.source import BENCH, FLOORS, GATEWAY, ROOT, functions, modules

VAGUE = re.compile(r"(^|_)(utils?|helpers?|managers?|misc|common)(_|$)|^(handle|process)_", re.IGNORECASE)
THEIRS = {
    "process_bind_param",
    "process_result_value",
    "process_errors",
    "process_result",
}  # sqlalchemy and strawberry call us by these
CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def ours():
    return (module for module in modules() if module.path.split("/")[0] in {*FLOORS, BENCH, GATEWAY})


def names(module):
    """What a module calls itself, its classes, functions and variables."""
    yield module.path, module.path.rsplit("/", 1)[-1].removesuffix(".py")
    for node in module.nodes:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield f"{module.path}:{node.lineno}", CAMEL.sub("_", node.name)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield f"{module.path}:{node.lineno}", node.id


LOADER = "tsumugi/commands/__init__.py"  # loads a command when it runs, and says for types what it may load


def test_the_first_line_of_a_module_says_what_it_is_in_one_sentence():
    said = {module.path: (ast.get_docstring(module.tree) or "-").splitlines()[0] for module in modules()}
    silent = [path for path, sentence in said.items() if sentence[-1] not in ".!?"]

    assert silent == []
    assert [module.path for module in modules() if not module.text.startswith('"""')] == []


def test_what_is_imported_stands_at_the_top():
    hidden = [
        f"{module.path}:{node.lineno}"
        for module in modules()
        if module.path != LOADER
        for node in module.nodes
        if isinstance(node, ast.Import | ast.ImportFrom) and node not in module.tree.body
    ]

    assert hidden == []


def test_no_circle_hides_behind_type_checking_or_lazy():
    words = {"TYPE_CHECKING", "lazy", "LazyType", "import_module", "__import__"}
    hidden = [
        f"{module.path}:{node.lineno}"
        for module in ours()
        if module.path != LOADER
        for node in module.nodes
        if (isinstance(node, ast.Name) and node.id in words)
        or (isinstance(node, ast.Attribute) and node.attr in words)
        or (isinstance(node, ast.ImportFrom) and {name.name for name in node.names} & words)
    ]

    assert hidden == []


def test_nothing_is_called_a_helper():
    vague = [
        f"{place} {name}"
        for module in ours()
        for place, name in names(module)
        if VAGUE.search(name) and name not in THEIRS
    ]

    assert vague == []


def test_a_folder_of_tests_is_no_package():
    assert list((ROOT / "tests").rglob("__init__.py")) == []


def test_every_test_names_a_promise():
    short = [
        f"{module.path}:{function.lineno} {function.name}"
        for module in modules()
        if module.is_test
        for function in functions(module)
        if function.name.startswith("test_") and function.name.count("_") < 3
    ]

    assert short == []
