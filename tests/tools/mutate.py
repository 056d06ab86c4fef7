"""Mutates the code that says who may do what, one place at a time, in a copy, and lists what no test notices.

python -m tests.tools.mutate [file ...]; without files all of TESTS. Ends with 1 when a mutant survives.
"""

from __future__ import annotations

import ast
import copy
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
SIDE_BY_SIDE = 2
TESTS = {  # the fast tests that speak about a file
    "rooms/lead.py": ("tests/rooms",),
    "rooms/rights.py": ("tests/rooms",),
    "rooms/writing.py": ("tests/rooms",),
    "rooms/choosing.py": ("tests/rooms",),
    "server/identity.py": ("tests/server/test_identity.py",),
    "server/guard.py": ("tests/server/test_guard.py",),
}
OTHER = {
    ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.And: ast.Or, ast.Or: ast.And,
}  # fmt: skip


def mutants(node: ast.AST) -> Iterator[ast.AST]:
    """What one place of the code could have been instead."""
    new = copy.deepcopy(node)
    match new:
        case ast.Compare() if type(new.ops[0]) in OTHER:
            new.ops[0] = OTHER[type(new.ops[0])]()
            yield new
        case ast.BoolOp():
            new.op = OTHER[type(new.op)]()
            yield new
        case ast.UnaryOp(op=ast.Not()):
            yield new.operand
        case ast.Constant(value=bool()):
            yield ast.Constant(not new.value)
        case ast.Constant(value=int()):
            yield ast.Constant(new.value + 1)
        case ast.If():
            new.test = ast.Constant(value=False)
            yield new


class Swap(ast.NodeTransformer):
    """Puts another node in the place of one."""

    def __init__(self, old: ast.AST, new: ast.AST) -> None:
        self.old, self.new = old, new

    def visit(self, node: ast.AST) -> ast.AST:
        """The tree with the swap made."""
        return self.new if node is self.old else self.generic_visit(node)


def texts(source: str) -> Iterator[tuple[str, str]]:
    """Each mutated text of a file, after a line that says what was changed."""
    tree = ast.parse(source)
    for number, node in enumerate(list(ast.walk(tree))):
        for variant in range(len(list(mutants(node)))):
            fresh = ast.parse(source)
            old = list(ast.walk(fresh))[number]
            new = list(mutants(old))[variant]
            was, now = (ast.unparse(n.test if isinstance(n, ast.If) else n) for n in (old, new))
            changed = ast.fix_missing_locations(Swap(old, new).visit(fresh))
            yield f"{getattr(old, 'lineno', 0)}: {was}  ->  {now}", ast.unparse(changed)


def passes(tree: Path, tests: tuple[str, ...]) -> bool:
    """Whether the tests pass in a copy; one that runs for ever does not."""
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", *tests]
    try:
        return subprocess.run(command, cwd=tree, capture_output=True, check=False, timeout=180).returncode == 0
    except subprocess.TimeoutExpired:
        return False


def survivors(file: str) -> tuple[int, list[str]]:
    """How many mutants a file has, and those with which every test still passes."""
    cases = list(texts((ROOT / file).read_text(encoding="utf-8")))
    with tempfile.TemporaryDirectory(prefix="kring-mutate-") as folder:
        copies = [Path(folder, str(n)) for n in range(SIDE_BY_SIDE)]
        for tree in copies:
            for part in ("rooms", "server", "templates", "static", "tests", "tools"):
                shutil.copytree(ROOT / part, tree / part, ignore=shutil.ignore_patterns("__pycache__"))
            shutil.copy(ROOT / "pyproject.toml", tree)
        if not passes(copies[0], TESTS[file]):
            sys.exit(f"{file}: its tests fail without a mutant")

        def share(number: int) -> list[str]:
            left = []
            for what, text in cases[number::SIDE_BY_SIDE]:
                (copies[number] / file).write_text(text, encoding="utf-8")
                if passes(copies[number], TESTS[file]):
                    left.append(what)
                    print(f"{file}:{what}", flush=True)
            return left

        with ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
            return len(cases), [what for part in pool.map(share, range(SIDE_BY_SIDE)) for what in part]


if __name__ == "__main__":
    alive = 0
    for name in sys.argv[1:] or TESTS:
        count, left = survivors(name)
        alive += len(left)
        print(f"{name}: {count} mutants, {len(left)} not noticed", flush=True)
    sys.exit(bool(alive))
