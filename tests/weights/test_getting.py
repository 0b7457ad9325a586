"""Downloads, tried for real against servers on this machine."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from _made import saved

from headstart import weights
from headstart.errors import WeightsError
from headstart.weights.sources import torchvision

REVISION = "a" * 40
FETCH = """
import sys
from headstart.errors import HeadstartError
from headstart.weights.sources import source
place = {"repository": "owner/small", "revision": sys.argv[1]}
try:
    print(source("huggingface").get(place, ["config.json", "model.safetensors"]))
except HeadstartError as error:
    print("refused:", error.message, error.hint)
"""


class _Hub(BaseHTTPRequestHandler):
    """As much of the hub's interface as a download of one repository uses."""

    def do_HEAD(self):
        self._answer(with_body=False)

    def do_GET(self):
        self._answer(with_body=True)

    def log_message(self, *arguments):
        pass

    def _answer(self, *, with_body):
        files, path = self.server.files, self.path.partition("?")[0]
        name = path.rpartition("/")[2]
        if path.startswith(f"/owner/small/resolve/{REVISION}/") and name in files:
            self._send(files[name], "application/octet-stream", with_body)
        else:
            self.send_response(404)
            self.send_header("Content-Length", "0")
            self.end_headers()

    def _send(self, body, kind, with_body):
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("ETag", f'"{hashlib.sha256(body).hexdigest()}"')
        self.send_header("X-Repo-Commit", REVISION)
        self.end_headers()
        if with_body:
            self.wfile.write(body)


@pytest.fixture
def hub(tmp_path):
    """The address of a hub with one repository."""
    folder = saved(tmp_path / "upstream", "bert", "BertModel")
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Hub)
    server.files = {path.name: path.read_bytes() for path in folder.iterdir()}
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", server.files
    server.shutdown()
    server.server_close()


def fetch(address, caches, revision=REVISION, **more):
    """What a fresh interpreter says that downloads from this hub."""
    import os

    settings = {**os.environ, "HF_ENDPOINT": address, "HF_HOME": str(caches / "hf"), **more}
    settings.pop("HF_HUB_OFFLINE", None)
    done = subprocess.run(
        [sys.executable, "-c", FETCH, revision],
        capture_output=True,
        text=True,
        check=True,
        env={**settings, "HF_HUB_DISABLE_PROGRESS_BARS": "1", "HF_HUB_DISABLE_XET": "1"},
    )
    return done.stdout.strip()


def test_the_files_of_a_repository_are_fetched_and_nothing_else(hub, caches):
    address, files = hub
    files["other.bin"] = b"not asked for"

    snapshot = fetch(address, caches)

    found = weights.need(snapshot)
    assert found.entry.network == "BertModel"
    assert (found.path / "model.safetensors").read_bytes() == files["model.safetensors"]
    assert not (found.path / "other.bin").exists()


def test_a_repository_that_the_hub_does_not_give_is_refused_in_words(hub, caches):
    address, _ = hub

    told = fetch(address, caches, revision="b" * 40)

    assert told.startswith("refused: owner/small could not be fetched")
    assert "copy the files by hand" in told


def test_a_hub_that_cannot_be_reached_is_refused_in_words(caches):
    began = time.monotonic()

    told = fetch("http://127.0.0.1:9", caches)

    assert time.monotonic() - began < 15
    assert told.startswith("refused: owner/small could not be fetched")


def test_nothing_is_asked_of_the_hub_while_downloads_are_switched_off(hub, caches):
    told = fetch(hub[0], caches, HEADSTART_OFFLINE="1")

    assert "downloads are switched off" in told


@pytest.fixture
def file_server():
    """The address of one file, and its bytes."""
    body = b"parameters" * 1000
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Hub)
    server.files = {"net.pth": body}
    Thread(target=server.serve_forever, daemon=True).start()
    port = server.server_port
    yield f"http://127.0.0.1:{port}/owner/small/resolve/{REVISION}/net.pth", body
    server.shutdown()
    server.server_close()


def test_a_file_is_kept_if_its_hash_begins_as_its_name_says(file_server, tmp_path):
    address, body = file_server
    path = tmp_path / "new" / f"net-{hashlib.sha256(body).hexdigest()[:8]}.pth"

    torchvision.download(address, path)

    assert path.read_bytes() == body


@pytest.mark.parametrize("end", ["", "x"], ids=["wrong hash", "not there"])
def test_a_file_that_comes_wrong_leaves_nothing_behind(file_server, tmp_path, end):
    path = tmp_path / "net-00000000.pth"

    with pytest.raises(WeightsError, match="could not be fetched"):
        torchvision.download(file_server[0] + end, path)

    assert list(tmp_path.iterdir()) == []


def test_what_is_here_already_is_not_fetched(monkeypatch):
    found = weights.find("minilm_l6.all_v2")
    if not isinstance(found, weights.Found):
        pytest.skip(found.hint)
    monkeypatch.setenv("HEADSTART_OFFLINE", "1")

    assert weights.get("minilm_l6.all_v2") == found


def test_what_is_damaged_is_not_fetched_over(caches):
    own = caches / "headstart" / "weights" / "t5_small.c4"
    own.mkdir(parents=True)
    for file in weights.entry("t5_small.c4").files:
        (own / file.name).write_text("<html>")

    with pytest.raises(WeightsError, match="catalogue describes"):
        weights.get("t5_small.c4")
