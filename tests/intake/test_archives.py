"""Archives are unpacked inside of their folder and within measure, or refused."""

import io
import stat
import tarfile
import zipfile
from pathlib import Path

import pytest
from drawn import encoded, put, two_classes

from headstart import intake
from headstart.errors import DataError
from headstart.intake import archives


def zipped(path: Path, members: dict[str, bytes], method=zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def tarred(path: Path, members: list[tuple[tarfile.TarInfo, bytes]], mode="w:gz") -> Path:
    with tarfile.open(path, mode) as archive:
        for info, content in members:
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return path


def info(name: str, kind: bytes = tarfile.REGTYPE, to: str = "") -> tarfile.TarInfo:
    made = tarfile.TarInfo(name)
    made.type, made.linkname = kind, to
    return made


def below(folder: Path) -> list[str]:
    return sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if not p.is_dir())


@pytest.fixture
def room(tmp_path):
    """An empty folder to unpack to; nothing may appear beside it."""
    (tmp_path / "room" / "in").mkdir(parents=True)
    return tmp_path / "room" / "in"


@pytest.mark.parametrize("ending", [".zip", ".tar", ".tar.gz", ".tgz"])
def test_an_archive_reads_as_the_folder_that_is_in_it(tmp_path, ending):
    folder = two_classes(tmp_path / "pets", each=2)
    path = tmp_path / f"pets{ending}"
    if ending == ".zip":
        zipped(path, {f"pets/{n}": (folder / n).read_bytes() for n in below(folder)})
    else:
        with tarfile.open(path, "w" if ending == ".tar" else "w:gz") as archive:
            archive.add(folder, "pets")
    alone, packed = intake.read(folder), intake.read(path, place=tmp_path / "cache")

    assert packed.data.arrow["class"].equals(alone.data.arrow["class"])
    assert packed.files == tuple(f"pets/{name}" for name in alone.files)
    assert packed.source == str(path)
    assert packed.target == ("class",)
    assert packed.data.media_root.is_relative_to(tmp_path / "cache")


def test_an_archive_is_unpacked_once_for_a_place(tmp_path):
    path = zipped(tmp_path / "a.zip", {"cat/1.png": encoded(1), "x/.hidden": b"x", "b.exe": b"x"})

    first = archives.unpacked(path, tmp_path / "cache")
    (first[0] / "cat" / "1.png").write_bytes(b"touched")

    assert archives.unpacked(path, tmp_path / "cache") == first
    assert (first[0] / "cat" / "1.png").read_bytes() == b"touched"
    assert below(first[0]) == ["cat/1.png"]
    assert "2 members of the archive are left out" in first[1][0]


def test_a_table_that_is_alone_in_an_archive_is_read(tmp_path):
    path = zipped(tmp_path / "t.zip", {"data/t.csv": b"x,y\n1,a\n2,b\n"})

    assert intake.read(path, place=tmp_path).data.arrow.to_pydict() == {
        "x": [1, 2],
        "y": ["a", "b"],
    }


HOSTILE_NAMES = (
    *("../out.png", "a/../../out.png", "/etc/out.png", "C:/out.png", "a\\..\\..\\out.png"),
    *("..", "a//b.png", "x" * 300 + ".png", "/".join("d" * 40) + "/x.png", "../dir/"),
)


@pytest.mark.parametrize("name", HOSTILE_NAMES)
def test_a_name_that_leads_out_refuses_the_archive(room, tmp_path, name):
    path = zipped(tmp_path / "a.zip", {"good.png": encoded(), name: encoded()})

    with pytest.raises(DataError, match="is refused"):
        archives.unpack(str(path), str(room))

    assert set(below(room.parent)) <= {"in/good.png"}


@pytest.mark.parametrize("name", ["../out.png", "/etc/out.png", "a/../../out.png"])
def test_a_name_in_a_tar_that_leads_out_refuses_it(room, tmp_path, name):
    path = tarred(tmp_path / "a.tgz", [(info(name), encoded())])

    with pytest.raises(DataError, match="leads out of the folder"):
        archives.unpack(str(path), str(room))

    assert below(room.parent) == []


@pytest.mark.parametrize("kind", [tarfile.CHRTYPE, tarfile.BLKTYPE, tarfile.FIFOTYPE])
def test_a_device_refuses_the_archive(room, tmp_path, kind):
    path = tarred(tmp_path / "a.tar", [(info("a.png", kind), b"")], "w")

    with pytest.raises(DataError, match="is a device"):
        archives.unpack(str(path), str(room))


def test_links_are_never_made(room, tmp_path):
    links = [
        (info("passwords.png", tarfile.SYMTYPE, "/etc/passwd"), b""),
        (info("hard.png", tarfile.LNKTYPE, "good.png"), b""),
        (info("up", tarfile.SYMTYPE, "../.."), b""),
        (info("good.png"), encoded()),
    ]
    path = tarred(tmp_path / "a.tar", links, "w")
    linked = zipfile.ZipInfo("link.png")
    linked.create_system, linked.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr(linked, "/etc/passwd")

    notes = archives.unpack(str(path), str(room))
    archives.unpack(str(tmp_path / "a.zip"), str(room))

    assert below(room) == ["good.png"]
    assert not (room / "good.png").is_symlink()
    assert "3 members of the archive are left out" in notes[0]


def test_a_file_below_a_link_of_the_archive_stays_inside(room, tmp_path):
    members = [(info("up", tarfile.SYMTYPE, "../.."), b""), (info("up/out.png"), encoded())]

    archives.unpack(str(tarred(tmp_path / "a.tar", members, "w")), str(room))

    assert below(room.parent) == ["in/up/out.png"]


def test_the_same_name_twice_refuses_the_archive(room, tmp_path):
    path = tarred(tmp_path / "a.tar", [(info("a.png"), b"1"), (info("A.png"), b"2")], "w")

    with pytest.raises(DataError, match="is in it twice"):
        archives.unpack(str(path), str(room))


def test_more_bytes_than_allowed_are_never_written(room, tmp_path, monkeypatch):
    monkeypatch.setattr(archives, "MOST_BYTES", 1 << 20)
    path = zipped(tmp_path / "a.zip", {f"{n}.png": b"\0" * (1 << 18) for n in range(9)})

    with pytest.raises(DataError, match="grows beyond all measure"):
        archives.unpack(str(path), str(room))

    assert sum(p.stat().st_size for p in room.iterdir()) <= 1 << 20


def test_a_size_that_lies_is_not_believed(room, tmp_path, monkeypatch):
    monkeypatch.setattr(archives, "MOST_BYTES", 1000)
    monkeypatch.setattr(archives, "_MOST_TIMES", 0)
    path = zipped(tmp_path / "a.zip", {"a.png": b"\0" * 100_000})
    true_size, lie = (100_000).to_bytes(4, "little"), (10).to_bytes(4, "little")
    path.write_bytes(path.read_bytes().replace(true_size, lie))

    with pytest.raises(DataError):
        archives.unpack(str(path), str(room))

    assert sum(p.stat().st_size for p in room.iterdir()) <= 1000


def test_more_members_than_allowed_refuse_the_archive(room, tmp_path, monkeypatch):
    monkeypatch.setattr(archives, "MOST_MEMBERS", 3)
    zip_path = zipped(tmp_path / "a.zip", {f"{n}.x": b"" for n in range(5)})
    tar_path = tarred(tmp_path / "a.tar", [(info(f"{n}.x"), b"") for n in range(5)], "w")

    for path in (zip_path, tar_path):
        with pytest.raises(DataError, match="more than 3 members"):
            archives.unpack(str(path), str(room))


@pytest.mark.parametrize("ending", ["zip", "tar", "tgz"])
def test_a_cut_archive_is_refused_in_words(room, tmp_path, ending):
    content = bytes(range(256)) * 400
    path = tmp_path / f"a.{ending}"
    if ending == "zip":
        zipped(path, {"a.png": content}, zipfile.ZIP_STORED)
    else:
        tarred(path, [(info("a.png"), content)], "w" if ending == "tar" else "w:gz")
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])

    with pytest.raises(DataError, match=f"the archive a.{ending} is damaged"):
        archives.unpack(str(path), str(room))


def test_a_refused_archive_leaves_nothing_behind(tmp_path):
    path = zipped(tmp_path / "a.zip", {"good.png": encoded(), "../out.png": encoded()})

    with pytest.raises(DataError, match="leads out of the folder"):
        intake.read(path, place=tmp_path / "cache")

    assert below(tmp_path) == ["a.zip"]


def test_an_excel_workbook_is_no_archive(tmp_path):
    path = zipped(tmp_path / "t.xlsx", {"[Content_Types].xml": b"<x/>", "xl/workbook.xml": b""})

    assert not archives.is_archive(path)
    with pytest.raises(DataError, match="is an Excel workbook"):
        intake.read(path)


def test_a_compressed_table_is_no_archive(tmp_path):
    import gzip

    path = put(tmp_path / "t.csv.gz", gzip.compress(b"x,y\n1,a\n2,b\n"))

    assert not archives.is_archive(path)
    assert len(intake.read(path).data) == 2
