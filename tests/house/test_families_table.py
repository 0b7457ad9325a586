"""One file and one line make a family."""

from _source import PACKAGE

from headstart.families import FAMILIES

FOLDER = PACKAGE / "families"


def test_the_table_lists_exactly_the_files():
    files = {
        f"headstart.families.{path.parent.name}.{path.stem}"
        for path in FOLDER.glob("*/*.py")
        if not path.stem.startswith("_")
    }

    assert set(FAMILIES.values()) == files


def test_a_family_is_called_like_its_file():
    for name, module in FAMILIES.items():
        assert module.rpartition(".")[2] == name
