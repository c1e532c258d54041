"""The shape of the code: sizes, docstrings, doors, no leftovers. Averages lie, so the largest counts."""

from __future__ import annotations

import ast
import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MODULES = sorted((ROOT / "src").rglob("*.py"))
TREES = {path: ast.parse(path.read_text("utf-8")) for path in MODULES}


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", MODULES, ids=_name)
def test_a_module_is_read_in_one_sitting(path: Path) -> None:
    assert len(path.read_text("utf-8").splitlines()) <= 400


@pytest.mark.parametrize("path", MODULES, ids=_name)
def test_functions_are_short(path: Path) -> None:
    long = {
        node.name: node.end_lineno - node.lineno + 1
        for node in ast.walk(TREES[path])
        if isinstance(node, ast.FunctionDef) and node.end_lineno and node.end_lineno - node.lineno >= 60
    }
    assert not {name: n for name, n in long.items() if (path.name, name) != ("main.py", "build")}, "the grammar of the CLI is a list"


@pytest.mark.parametrize("path", MODULES, ids=_name)
def test_what_is_public_says_what_comes_back(path: Path) -> None:
    assert ast.get_docstring(TREES[path]), "a module opens with what it is for"
    bare = [node.name for node in _public(TREES[path]) if not ast.get_docstring(node) and not node.name.startswith("_")]
    assert not bare


def _public(tree: ast.Module) -> list[ast.FunctionDef | ast.ClassDef]:
    found: list[ast.FunctionDef | ast.ClassDef] = []
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
            found.append(node)
            if isinstance(node, ast.ClassDef):
                protocol = any(isinstance(b, ast.Name) and b.id == "Protocol" for b in node.bases)
                found += [] if protocol else [n for n in node.body if isinstance(n, ast.FunctionDef)]
    return found


def test_there_is_no_room_for_leftovers() -> None:
    banned = {"utils", "common", "services", "base", "manager", "helpers", "misc"}
    assert not [_name(p) for p in MODULES if p.stem in banned or set(p.parts) & banned]


def test_no_room_swallows_errors() -> None:
    for path, tree in TREES.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.ExceptHandler) and (node.type is None or (len(node.body) == 1 and isinstance(node.body[0], ast.Pass))):
                pytest.fail(f"{_name(path)}:{node.lineno} swallows an error")


def test_there_is_no_purpose_for_training() -> None:
    from carnet.consent import PURPOSES

    assert not [p for p in PURPOSES if "train" in p]
    with pytest.raises(Exception, match="not a purpose"):
        from carnet.consent import check_purpose

        check_purpose("train")


def test_every_command_stands_in_the_docs_and_every_link_resolves() -> None:
    from carnet.cli.commands import COMMANDS

    use = (ROOT / "docs" / "use.md").read_text("utf-8")
    assert not [name for name in COMMANDS if f"## {name}" not in use]
    for page in [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]:
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text("utf-8")):
            assert (page.parent / target).exists(), f"{_name(page)} links to {target}"


def test_every_dependency_is_a_decision() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    text = "\n".join(p.read_text("utf-8") for p in (ROOT / "docs" / "decisions").glob("*.md"))
    names = [re.split(r"[~=<> ]", d)[0] for d in project["project"]["dependencies"] + project["dependency-groups"]["dev"]]
    assert not [name for name in names if name not in text]
    locked = (ROOT / "requirements.lock").read_text("utf-8")
    assert not [name for name in names if name + "==" not in locked + (ROOT / "requirements-dev.lock").read_text("utf-8")]
