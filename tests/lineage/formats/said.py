"""Every sentence that the readers and the fetching can say, as it stands in their source."""

import ast
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3] / "lineage"

#: How each is called, and which argument is the sentence.
SAYING = {"FormatError": 1, "remark": 1, "Remark": 1, "_refuse": 1, "FetchRefused": 0, "FetchFailed": 0}

#: Calls that only hand on what another has said.
HANDED_ON = {"error.template", "template"}


def templates() -> dict[str, str]:
    """By the sentence: the file and line where it stands."""
    found: dict[str, str] = {}
    for file in sorted([*(ROOT / "formats").glob("*.py"), *(ROOT / "fetching").glob("*.py")]):
        for function in _functions(ast.parse(file.read_text(encoding="utf-8"))):
            for call in (node for node in ast.walk(function) if isinstance(node, ast.Call)):
                for said in _said(call, function):
                    found[said] = f"{file.name}:{call.lineno}"
    return found


def _functions(tree: ast.Module) -> list[ast.FunctionDef]:
    return [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]


def _said(call: ast.Call, function: ast.FunctionDef) -> list[str]:
    name = call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")
    if name not in SAYING or len(call.args) <= SAYING[name]:
        return []
    said = call.args[SAYING[name]]
    if ast.unparse(said) in HANDED_ON:
        return []
    if isinstance(said, ast.Name):
        return [_constant(line.value) for line in ast.walk(function) if _assigns(line, said.id)]  # type: ignore[attr-defined]
    return [_constant(said)]


def _assigns(line: ast.AST, name: str) -> bool:
    return isinstance(line, ast.Assign) and isinstance(line.targets[0], ast.Name) and line.targets[0].id == name


def _constant(node: ast.expr) -> str:
    assert isinstance(node, ast.Constant) and isinstance(node.value, str), f"line {node.lineno} is no plain sentence"
    return node.value
