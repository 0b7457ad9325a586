"""What a plan costs: names and shapes are read, and no number of a large file."""

import json
import struct
import subprocess
import sys

import pytest

pytest.importorskip("transformers")

pytestmark = pytest.mark.xdist_group("torch")
_BERT_BASE = {
    "vocab_size": 30_522,
    "hidden_size": 768,
    "num_hidden_layers": 12,
    "num_attention_heads": 12,
    "intermediate_size": 3072,
    "max_position_embeddings": 512,
}
_MEASURED = """
import json, resource, sys, time
import torch
from headstart import weights
weights.plan(sys.argv[2], sys.argv[2])  # the libraries are there; this is a file of some kilobytes
before, began = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.process_time()
plan = weights.plan(sys.argv[1], sys.argv[1])
seconds = time.process_time() - began
grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024
print(json.dumps([seconds, grown, plan.goal.anatomy.parameters, plan.coverage]))
"""


def written(folder, values):
    """A folder of a BERT whose file is as long as it says, and takes no place on the disk."""
    import torch
    import transformers

    folder.mkdir()
    with torch.device("meta"):
        network = transformers.BertModel(transformers.BertConfig(**values))
    header, end = {}, 0
    for name, value in network.state_dict().items():
        size = value.numel() * 4
        stated = {"dtype": "F32", "shape": list(value.shape), "data_offsets": [end, end + size]}
        header[name], end = stated, end + size
    text = json.dumps(header).encode()
    with open(folder / "model.safetensors", "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        file.truncate(8 + len(text) + end)
    stated = {"model_type": "bert", "architectures": ["BertModel"], **values}
    (folder / "config.json").write_text(json.dumps(stated))
    return end


def test_a_hundred_million_parameters_are_planned_in_two_seconds_and_little_memory(tmp_path):
    bytes_ = written(tmp_path / "large", _BERT_BASE)
    small = {**_BERT_BASE, "vocab_size": 40, "hidden_size": 24, "intermediate_size": 24}
    written(tmp_path / "small", small)

    done = subprocess.run(
        [sys.executable, "-c", _MEASURED, tmp_path / "large", tmp_path / "small"],
        capture_output=True,
        text=True,
        check=True,
    )

    seconds, grown, parameters, coverage = json.loads(done.stdout)
    assert parameters > 100_000_000
    assert coverage == 1.0
    assert seconds <= 2.0  # of one core, which a busy machine does not change
    assert grown <= bytes_ / 4  # no tensor was read, nor made
