"""The source files under examination."""

import ast
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "src" / "headstart"
FILES = tuple(sorted(PACKAGE.rglob("*.py")))


@dataclass(frozen=True)
class Source:
    """One file, read and parsed once for all questions about it."""

    path: Path
    root: Path = PACKAGE

    @property
    def name(self):
        """The path inside the package, for messages."""
        return self.path.relative_to(self.root).as_posix()

    @cached_property
    def text(self):
        return self.path.read_text()

    @cached_property
    def tree(self):
        return ast.parse(self.text, filename=str(self.path))

    @cached_property
    def _nodes(self):
        return tuple(ast.walk(self.tree))

    def nodes(self, *kinds):
        """Every syntax node of these kinds."""
        return [node for node in self._nodes if isinstance(node, kinds)]


def name_of(path):
    """A file's path inside the package, for ids."""
    return path.relative_to(PACKAGE).as_posix()


def module_of(path):
    """The dotted name under which a file is imported."""
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def called(node):
    """What a call names: `torch.load` for `torch.load(file)`."""
    return ast.unparse(node.func)
