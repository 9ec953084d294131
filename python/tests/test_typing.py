"""Stubs, generated files, examples in docstrings, and what an import brings along."""

import ast
import doctest
import inspect
import subprocess
import sys
from pathlib import Path

import fenggu
from fenggu import _engine, _generate

HERE = Path(fenggu.__file__).parent


def shape(function: object) -> list[tuple[str, object]]:
    """Parameters with their defaults."""
    return [(p.name, None if p.default is p.empty else repr(p.default)) for p in inspect.signature(function).parameters.values()]


def declared(node: ast.FunctionDef) -> list[tuple[str, object]]:
    """The same from a stub."""
    arguments = node.args.posonlyargs + node.args.args
    defaults = [None] * (len(arguments) - len(node.args.defaults)) + [ast.unparse(d) for d in node.args.defaults]
    return [(a.arg, d) for a, d in zip(arguments, defaults)]


def is_property(node: ast.FunctionDef) -> bool:
    return any(isinstance(d, ast.Name) and d.id == "property" for d in node.decorator_list)


def test_the_stub_says_what_the_module_has() -> None:
    stub = ast.parse((HERE / "_engine.pyi").read_text(encoding="utf-8"))
    functions = {n.name: n for n in stub.body if isinstance(n, ast.FunctionDef)}
    classes = {n.name: n for n in stub.body if isinstance(n, ast.ClassDef)}
    public = {n for n in dir(_engine) if not n.startswith("_")}
    assert public == set(functions) | set(classes)
    for name, node in functions.items():
        assert shape(getattr(_engine, name)) == declared(node), name
    for name, node in classes.items():
        real = getattr(_engine, name)
        members = {m for m in vars(real) if not m.startswith("_")}
        methods = {n.name: n for n in node.body if isinstance(n, ast.FunctionDef)}
        attributes = {n.target.id for n in node.body if isinstance(n, ast.AnnAssign)}
        assert members == {m for m in methods if m != "__new__"} | attributes, name
        for method, stated in methods.items():
            if is_property(stated):
                assert inspect.isgetsetdescriptor(vars(real)[method]), (name, method)
            elif method == "__new__":
                assert shape(real) == declared(stated)[1:], name
            else:
                assert shape(getattr(real, method)) == [p for p in declared(stated) if p[0] != "self" or p in shape(getattr(real, method))], method


def test_everything_public_says_what_it_is() -> None:
    for name in fenggu.__all__:
        thing = getattr(fenggu, name)
        assert name == "__version__" or inspect.getdoc(thing), name
        if inspect.isclass(thing):
            for member, value in vars(thing).items():
                told = member.startswith("_") or not (callable(value) or isinstance(value, property)) or inspect.getdoc(value)
                assert told, (name, member)
    assert (HERE / "py.typed").exists()


def test_the_options_are_those_of_the_engine() -> None:
    assert (HERE / "_options.py").read_text(encoding="utf-8") == _generate.options()


def test_examples_in_docstrings_run() -> None:
    failed, tried = doctest.testmod(fenggu)
    assert tried > 5 and failed == 0


def test_an_import_brings_numpy_and_no_more() -> None:
    code = "import sys, fenggu; print([m for m in ('pandas', 'pypsa', 'pyarrow', 'xarray') if m in sys.modules])"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "[]"
