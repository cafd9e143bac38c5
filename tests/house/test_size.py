"""Small enough to hold in the head: a file, a function, a list of parameters."""

from tests.house.source import functions, modules

FILE_LINES = 500
FUNCTION_LINES = 70
PARAMETERS = 5


def living():
    return (module for module in modules() if not module.is_history)


def test_a_file_has_at_most_500_lines():
    assert [module.path for module in living() if module.text.count("\n") > FILE_LINES] == []


def test_a_function_has_at_most_70_lines():
    long = [
        f"{module.path}:{function.lineno} {function.name} has {length} lines"
        for module in living()
        for function in functions(module)
        if (length := function.end_lineno - function.lineno + 1) > FUNCTION_LINES
    ]

    assert long == []


def positional(function):
    """Without `self` and `cls`; keyword-only ones are the words of a declaration, read by name, and do not count."""
    names = [argument.arg for argument in (*function.args.posonlyargs, *function.args.args)]
    return names[1:] if names[:1] in (["self"], ["cls"]) else names


def test_a_function_has_at_most_5_parameters():
    wide = [
        f"{module.path}:{function.lineno} {function.name}({', '.join(names)})"
        for module in living()
        for function in functions(module)
        if len(names := positional(function)) > PARAMETERS
    ]

    assert wide == []
