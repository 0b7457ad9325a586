"""The source files under examination."""

import ast
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "src" / "headstart"
FILES = tuple(sorted(PACKAGE.rglob("*.py")))


def name_of(path):
    """A file's path inside the package, for messages and ids."""
    return path.relative_to(PACKAGE).as_posix()


def module_of(path):
    """The dotted name under which a file is imported."""
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def nodes(path, *kinds):
    """Every syntax node of these kinds in a file."""
    tree = ast.parse(path.read_text(), filename=str(path))
    return [node for node in ast.walk(tree) if isinstance(node, kinds)]


def called(node):
    """What a call names: `torch.load` for `torch.load(file)`."""
    return ast.unparse(node.func)
