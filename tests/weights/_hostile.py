"""Checkpoints and model folders that must be refused in words, by name, in one table each.

FILES    name -> bytes of one file of parameters; the name's ending is the file's
FOLDERS  name -> what spoils a folder that `save_pretrained` wrote; CODE is what would run
MODELS   name -> what spoils a model folder of Headstart, whose checksums are put right again
"""

import io
import json
import os
import pickle
import struct
import zipfile
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file

CODE = "open({mark!r}, 'w')"


class Runs:
    """Leaves a mark where anything unpickles it."""

    def __init__(self, mark):
        self.mark = str(mark)

    def __reduce__(self):
        return Path.touch, (Path(self.mark),)


# Files of parameters.


def _header(table, data=b""):
    text = table if isinstance(table, bytes) else json.dumps(table).encode()
    return struct.pack("<Q", len(text)) + text + data


def _tensor(dtype="F32", shape=(2,), offsets=(0, 8)):
    return {"dtype": dtype, "shape": list(shape), "data_offsets": list(offsets)}


def _saved(value):
    made = io.BytesIO()
    torch.save(value, made)
    return made.getvalue()


def _bomb():
    """A megabyte that unpacks to a gigabyte."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("archive/data.pkl", pickle.dumps({}, 2))
        archive.writestr("archive/data/0", bytes(1 << 28))
    return made.getvalue()


def _many_members():
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for place in range(20_000):
            archive.writestr(f"archive/{place}", b"")
    return made.getvalue()


def _quantised():
    from warnings import catch_warnings, simplefilter

    with catch_warnings():
        simplefilter("ignore")
        return _saved({"w": torch.quantize_per_tensor(torch.ones(4), 0.1, 0, torch.qint8)})


def _cuts(whole, ending):
    """A file cut off at every place where a reader could stumble."""
    places = (1, 7, 9, 40, len(whole) // 4, len(whole) // 2, len(whole) - 9, len(whole) - 1)
    return {f"cut_at_{number}{ending}": whole[:place] for number, place in enumerate(places)}


def _safe(tensors):
    from safetensors.torch import save

    return save(tensors)


def files(mark):
    """Name -> bytes."""
    tensors = {"layer.weight": torch.arange(6.0).reshape(2, 3), "layer.bias": torch.ones(2)}
    one = {"w": _tensor()}
    return {
        **_cuts(_safe(tensors), ".safetensors"),
        **_cuts(_saved(tensors), ".pth"),
        "float8.safetensors": _header({"w": _tensor("F8_E4M3", (8,))}, bytes(8)),
        "other_float8.safetensors": _header({"w": _tensor("F8_E5M2", (8,))}, bytes(8)),
        "float4.safetensors": _header({"w": _tensor("F4", (16,))}, bytes(8)),
        "complex.safetensors": _header({"w": _tensor("C64", (1,))}, bytes(8)),
        "empty_tensor.safetensors": _header({"w": _tensor(shape=(0,), offsets=(0, 0))}),
        "no_tensor.safetensors": _header({"__metadata__": {"format": "pt"}}),
        "long_header.safetensors": _header(b" " * (33 << 20) + b"{}"),
        "many_tensors.safetensors": _header(
            {f"w{place}": _tensor(shape=(0,), offsets=(0, 0)) for place in range(100_001)}
        ),
        "huge.safetensors": _header({"w": _tensor(shape=(2**40, 2**40), offsets=(0, 2**82))}),
        "many_axes.safetensors": _header({"w": _tensor(shape=(1,) * 17, offsets=(0, 4))}, bytes(4)),
        "fractions.safetensors": _header({"w": _tensor(shape=(2.0,))}, bytes(8)),
        "nan_shape.safetensors": _header({"w": _tensor(shape=(float("nan"),))}, bytes(8)),
        "flags_as_sizes.safetensors": _header({"w": _tensor("U8", (True,), (0, 1))}, bytes(1)),
        "not_utf8.safetensors": _header(b'{"\xff": 1}'),
        "utf16.safetensors": _header("{}".encode("utf-16")),
        "twice.safetensors": _header(b'{"a": ' + json.dumps(_tensor()).encode() + b', "a": 1}'),
        "a_circle.safetensors": _header({"__metadata__": {"a": "b", "b": "a"}, **one}, bytes(8)),
        "itself.safetensors": _header({"__metadata__": {"a": "a"}, **one}, bytes(8)),
        "remarks.safetensors": _header({"__metadata__": 7, **one}, bytes(8)),
        "deep_remarks.safetensors": _header(
            b'{"__metadata__": ' + b"[" * 100_000 + b"]" * 100_000 + b"}"
        ),
        "bomb.pth": _bomb(),
        "members.pth": _many_members(),
        "quantised.pth": _quantised(),
        "float8.pth": _saved({"w": torch.ones(4).to(torch.float8_e4m3fn)}),
        "complex.pth": _saved({"w": torch.ones(4, dtype=torch.complex64)}),
        "empty_tensor.pth": _saved({"w": torch.zeros(0)}),
        "nested.pth": _saved({"a": {"b": {"w": torch.ones(2)}}}),
        "code.pth": pickle.dumps({"w": Runs(mark)}),
        "code_inside.pth": _saved({"w": torch.ones(2)})[:-30] + pickle.dumps(Runs(mark)),
        "page.pth": b"<!DOCTYPE html><html>404: not found</html>",
        "json.safetensors": b'{"error": "Repository not found"}',
        "gzip.safetensors": b"\x1f\x8b\x08" + bytes(64),
        "blank.safetensors": b" \n" * 20,
    }


# Folders that save_pretrained wrote.


def rewrite(folder, document="config.json", **changes):
    path = folder / document
    known = json.loads(path.read_text()) if path.is_file() else {}
    path.write_text(json.dumps({**known, **changes}))


def _config(**changes):
    return lambda folder, mark: rewrite(folder, **changes)


def _config_is(text):
    return lambda folder, mark: (folder / "config.json").write_text(text)


def _beside(document, **changes):
    return lambda folder, mark: rewrite(folder, document, **changes)


def _parameters_are(content):
    return lambda folder, mark: (folder / "model.safetensors").write_bytes(content)


def truncated(folder, mark):
    whole = (folder / "model.safetensors").read_bytes()
    (folder / "model.safetensors").write_bytes(whole[: len(whole) // 2])


def pickled(folder, mark):
    (folder / "model.safetensors").unlink()
    (folder / "pytorch_model.bin").write_bytes(pickle.dumps({"a": Runs(mark)}))


def pickled_under_a_safe_name(folder, mark):
    (folder / "model.safetensors").write_bytes(pickle.dumps({"a": Runs(mark)}))


def poisoned(folder, mark):
    rewrite(folder, auto_map={"AutoModel": "own.Network"}, trust_remote_code=True)
    (folder / "own.py").write_text(CODE.format(mark=str(mark)))


def _index(table):
    def spoil(folder, mark):
        (folder / "model.safetensors").rename(folder / "model-00001.safetensors")
        content = table if isinstance(table, str) else json.dumps(table)
        (folder / "model.safetensors.index.json").write_text(content)

    return spoil


def shards_that_overlap(folder, mark):
    whole = (folder / "model.safetensors").read_bytes()
    (folder / "model.safetensors").unlink()
    for name in ("a.safetensors", "b.safetensors"):
        (folder / name).write_bytes(whole)
    table = {"weight_map": {"x": "a.safetensors", "y": "b.safetensors"}}
    (folder / "model.safetensors.index.json").write_text(json.dumps(table))


def _tensors(change):
    def spoil(folder, mark):
        tensors = load_file(folder / "model.safetensors")
        save_file(
            {key: value.contiguous() for key, value in change(tensors).items()},
            folder / "model.safetensors",
        )

    return spoil


def _without(name):
    return lambda tensors: {key: value for key, value in tensors.items() if name not in key}


def a_pipe(folder, mark):
    (folder / "model.safetensors").unlink()
    os.mkfifo(folder / "model.safetensors")


def a_folder(folder, mark):
    (folder / "model.safetensors").unlink()
    (folder / "model.safetensors").mkdir()


def a_link_to_nowhere(folder, mark):
    (folder / "model.safetensors").unlink()
    (folder / "model.safetensors").symlink_to(folder / "gone")


def a_link_to_itself(folder, mark):
    (folder / "model.safetensors").unlink()
    (folder / "model.safetensors").symlink_to(folder / "model.safetensors")


def no_parameters(folder, mark):
    (folder / "model.safetensors").unlink()


def no_configuration(folder, mark):
    (folder / "config.json").unlink()


def two_files(folder, mark):
    for name in ("a.safetensors", "b.safetensors"):
        (folder / name).write_bytes((folder / "model.safetensors").read_bytes())
    (folder / "model.safetensors").unlink()


def an_adapter(folder, mark):
    (folder / "config.json").rename(folder / "adapter_config.json")


FOLDERS = {
    "truncated": truncated,
    "page": _parameters_are(b"<!DOCTYPE html><html>404: not found</html>"),
    "pointer": _parameters_are(b"version https://git-lfs.github.com/spec/v1\noid sha256:0\n"),
    "empty": _parameters_are(b""),
    "pickled": pickled,
    "pickled_under_a_safe_name": pickled_under_a_safe_name,
    "poisoned": poisoned,
    "trusting": _config(trust_remote_code=True),
    "target": _config(_target_="os.system"),
    "kernel": _config(_attn_implementation_internal="somebody/kernel"),
    "attention": _config(attn_implementation="somebody/kernel"),
    "code_in_a_part": _config(text_config={"auto_map": {"AutoModel": "own.Own"}}),
    "quantised_by_word": _config(quantization_config={"quant_method": "bitsandbytes"}),
    "quantised_in_fact": _tensors(lambda t: {key: value.char() for key, value in t.items()}),
    "no_json": _config_is("not json"),
    "no_table": _config_is("[1, 2]"),
    "no_text": _config_is(""),
    "deep": _config_is("[" * 100_000),
    "deep_table": _config_is('{"a":' * 900 + "1" + "}" * 900),
    "large": _config_is('{"model_type": "bert", "a": "' + "a" * (17 << 20) + '"}'),
    "no_type": _config(model_type=None, auto_map={"AutoModel": "own.Own"}),
    "nan_width": _config(hidden_size=float("nan")),
    "negative": _config(hidden_size=-16),
    "zero": _config(hidden_size=0),
    "a_text_as_width": _config(hidden_size="16"),
    "a_fraction_as_width": _config(hidden_size=16.0),
    "a_flag_as_depth": _config(num_hidden_layers=True),
    "absurd_width": _config(hidden_size=10**9),
    "absurd_depth": _config(num_hidden_layers=10**6),
    "absurd_words": _config(vocab_size=1_900_000),
    "unknown_bend": _config(hidden_act="__import__('os').system"),
    "no_heads": _config(num_attention_heads=0),
    "heads_that_do_not_divide": _config(num_attention_heads=7),
    "other_width": _config(intermediate_size=40),
    "other_words": _config(vocab_size=39),
    "other_places": _config(max_position_embeddings=12),
    "fewer_blocks": _config(num_hidden_layers=1),
    "more_blocks": _config(num_hidden_layers=3),
    "missing_tensor": _tensors(_without("layer.1.output.dense.weight")),
    "missing_bias": _tensors(_without("layer.1.output.dense.bias")),
    "turned": _tensors(
        lambda t: {k: v.T if "intermediate.dense.weight" in k else v for k, v in t.items()}
    ),
    "other_names": _tensors(lambda t: {f"own.{key}": value for key, value in t.items()}),
    "tokenizer_code": _beside("tokenizer_config.json", auto_map={"AutoTokenizer": "own.Own"}),
    "tokenizer_is_text": lambda folder, mark: (folder / "tokenizer.json").write_text("no"),
    "tokenizer_is_deep": lambda folder, mark: (folder / "tokenizer.json").write_text("[" * 99_999),
    "modules_are_text": lambda folder, mark: (folder / "modules.json").write_text("no"),
    "index_that_leads_out": _index({"weight_map": {"a": "../../outside.safetensors"}}),
    "index_to_the_root": _index({"weight_map": {"a": "/etc/passwd"}}),
    "index_with_a_nul": _index({"weight_map": {"a": "model\0.safetensors"}}),
    "index_of_nothing": _index({"weight_map": {}}),
    "index_of_what_is_gone": _index({"weight_map": {"a": "model-00002.safetensors"}}),
    "index_is_text": _index("no"),
    "shards_that_overlap": shards_that_overlap,
    "a_pipe": a_pipe,
    "a_folder": a_folder,
    "a_link_to_nowhere": a_link_to_nowhere,
    "a_link_to_itself": a_link_to_itself,
    "no_parameters": no_parameters,
    "no_configuration": no_configuration,
    "two_files": two_files,
    "an_adapter": an_adapter,
}
"""For a BERT; some of them are bad for every checkpoint."""


# Model folders of Headstart.


def _manifest(change):
    def spoil(folder):
        path = folder / "headstart.json"
        document = json.loads(path.read_text())
        path.write_text(json.dumps(change(document) or document))

    return spoil


def _manifest_is(text):
    return lambda folder: (folder / "headstart.json").write_text(text)


def _member(**changes):
    return _manifest(lambda document: document["members"][0].update(changes))


def _without_key(name):
    return _manifest(lambda document: document.pop(name) and None)


def _task(**changes):
    return _manifest(lambda document: document["contract"]["task"].update(changes))


def _file(name, content):
    """Another content under the right checksum: somebody who means harm puts that right too."""

    def spoil(folder):
        from hashlib import sha256

        path = folder / "member-0" / name
        whole = content(path.read_bytes()) if callable(content) else content
        path.write_bytes(whole)
        digest = sha256(whole).hexdigest()
        _manifest(lambda document: document["checksums"].update({f"member-0/{name}": digest}))(
            folder
        )

    return spoil


def changed_after(folder):
    path = next((folder / "member-0").glob("0.*"))
    path.write_bytes(path.read_bytes() + b"\n")


def gone(folder):
    next((folder / "member-0").glob("0.*")).unlink()


MODELS = {
    "no_json": _manifest_is("not json"),
    "a_list": _manifest_is("[]"),
    "deep": _manifest_is("[" * 100_000),
    "large": _manifest_is(" " * (17 << 20) + "{}"),
    "newer": _manifest(lambda document: document.update(schema=99)),
    "schema_as_text": _manifest(lambda document: document.update(schema="1")),
    "no_members": _manifest(lambda document: document.update(members=[])),
    "members_are_text": _manifest(lambda document: document.update(members="abc")),
    "without_members": _without_key("members"),
    "without_contract": _without_key("contract"),
    "without_checksums": _without_key("checksums"),
    "without_facts": _without_key("facts"),
    "unknown_family": _member(family="os.system"),
    "family_is_a_list": _member(family=["lightgbm"]),
    "another_family": _member(family="catboost"),
    "folder_leads_out": _member(folder="../../elsewhere"),
    "folder_is_the_root": _member(folder="/etc"),
    "candidate_is_text": _member(candidate="scratch"),
    "unknown_start": _member(candidate={"start": {"kind": "Elsewhere"}}),
    "checksums_lead_out": _manifest(lambda d: d["checksums"].update({"../../x": "0"})),
    "unknown_split": _task(split={"own": 1}),
    "classes_are_a_number": _task(classes=7),
    "changed_after": changed_after,
    "gone": gone,
    "trees_are_text": _file("0.txt", b"not trees"),
    "trees_are_cut": _file("0.txt", lambda whole: whole[: whole.index(b"left_child")]),
    "trees_are_nothing": _file("0.txt", b""),
    "settings_are_text": _file("boosted.json", b'"no"'),
    "settings_are_deep": _file("boosted.json", b"[" * 100_000),
    "columns_are_cut": _file("codes.arrow", lambda whole: whole[:100]),
}
"""For a single LightGBM."""
