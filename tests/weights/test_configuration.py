"""A configuration is data from a stranger: it is taken over key by key, or not at all."""

from __future__ import annotations

import json

import pytest
import transformers
from _made import SMALL

from headstart.errors import WeightsError
from headstart.weights.architectures import ARCHITECTURES
from headstart.weights.configuration import read_configuration

PLAIN = {"model_type": "bert", "hidden_size": 16, "vocab_size": 40}
FOREIGN = (
    {"auto_map": {"AutoModel": "modeling.Own"}},
    {"auto_map": {"AutoConfig": "somebody/else--configuration.Own"}},
    {"trust_remote_code": True},
    {"custom_pipelines": {"own": {"impl": "own.Pipeline"}}},
    {"custom_generate": "generate.py"},
    {"code_revision": "main"},
    {"_target_": "os.system"},
    {"_attn_implementation_internal": "somebody/kernel"},
    {"_attn_implementation": "somebody/kernel:attention"},
    {"attn_implementation": "somebody/kernel"},
    {"experts_implementation": "somebody/kernel"},
    {"use_kernels": True},
    {"kernel_config": {"RMSNorm": "somebody/kernel:Norm"}},
    {"quantization_config": {"quant_method": "own"}},
    {"base_model_name_or_path": "../../other"},
    {"py/object": "os.system"},
    {"py/reduce": [{"py/function": "os.system"}]},
    {"__reduce__": ["os.system", "id"]},
)
ABSURD = (
    {"hidden_size": 10**9},
    {"hidden_size": -1},
    {"hidden_size": 0},
    {"hidden_size": 16.5},
    {"hidden_size": "16"},
    {"hidden_size": True},
    {"num_hidden_layers": 10**6},
    {"vocab_size": 10**12},
    {"num_attention_heads": [2]},
    {"hidden_act": "os.system"},
    {"hidden_act": {"_name": "gelu"}},
    {"hidden_dropout_prob": 7},
    {"layer_norm_eps": float("nan")},
    {"is_decoder": True},
    {"position_embedding_type": "relative_key"},
    {"chunk_size_feed_forward": 10**9},
)


def read(folder, document):
    (folder / "config.json").write_text(json.dumps(document))
    return read_configuration(folder)


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_what_a_library_writes_is_read_and_builds_the_same_network(architecture, tmp_path):
    written = transformers.AutoConfig.for_model(architecture, **SMALL[architecture])
    written.save_pretrained(tmp_path)

    read = read_configuration(tmp_path)

    built = transformers.AutoConfig.for_model(read.architecture, **read.values)
    keys = SMALL[architecture].keys() - {"text_config", "vision_config"}
    assert {key: getattr(built, key) for key in keys} == {
        key: getattr(written, key) for key in keys
    }
    for part in ARCHITECTURES[architecture].parts:
        for key, value in SMALL[architecture][part].items():
            assert getattr(getattr(built, part), key) == value


@pytest.mark.parametrize("poison", FOREIGN, ids=lambda poison: next(iter(poison)))
@pytest.mark.parametrize("depth", [0, 1, 2])
def test_a_configuration_that_asks_for_foreign_code_is_refused(poison, depth, tmp_path):
    for level in range(depth):
        poison = {f"inner_{level}": [poison] if level else poison}

    with pytest.raises(WeightsError, match="asks for foreign code") as caught:
        read(tmp_path, {**PLAIN, **poison})

    assert "headstart models" in caught.value.hint


@pytest.mark.parametrize("absurd", ABSURD, ids=str)
def test_a_value_that_no_network_has_is_refused(absurd, tmp_path):
    with pytest.raises(WeightsError, match="which no network of this kind has"):
        read(tmp_path, {**PLAIN, **absurd})


def test_unknown_keys_are_left_out_and_reported(tmp_path):
    document = {**PLAIN, "surprise": {"x": 1}, "torch_dtype": "float32", "use_cache": True}

    found = read(tmp_path, document)

    assert found.dropped == ("surprise",)
    assert dict(found.values) == {"hidden_size": 16, "vocab_size": 40}


def test_switched_off_keys_ask_for_nothing(tmp_path):
    found = read(tmp_path, {**PLAIN, "auto_map": None, "_attn_implementation": "sdpa"})

    assert found.architecture == "bert"


@pytest.mark.parametrize("kind", ["gpt_own", None, 7, ["bert"], "BertModel"])
def test_an_unknown_architecture_is_refused_with_the_known_ones(kind, tmp_path):
    with pytest.raises(WeightsError, match="is not known") as caught:
        read(tmp_path, {**PLAIN, "model_type": kind})

    assert "`bert`" in caught.value.hint


@pytest.mark.parametrize("text", ["", "[]", "{", "<html>", "[" * 10**5, '"bert"'])
def test_what_is_no_table_of_keys_is_refused(text, tmp_path):
    (tmp_path / "config.json").write_text(text)

    with pytest.raises(WeightsError, match=r"config\.json"):
        read_configuration(tmp_path)


def test_names_of_outputs_are_read_in_order(tmp_path):
    found = read(tmp_path, {**PLAIN, "id2label": {"1": "good", "0": "bad"}})

    assert found.labels == ("bad", "good")
    assert found.outputs == 2


@pytest.mark.parametrize(
    "named",
    [{"0": "LABEL_0", "1": "LABEL_1"}, {"0": "label_0", "1": "LABEL_1"}, {"0": "0", "1": "1"}],
)
def test_generic_names_are_no_names(named, tmp_path):
    found = read(tmp_path, {**PLAIN, "id2label": named})

    assert found.labels == ()
    assert found.outputs == 2


@pytest.mark.parametrize("named", [{"0": "a", "2": "b"}, {"x": "a"}, ["a"], {"0": ["a"]}])
def test_an_incomplete_list_of_names_is_none(named, tmp_path):
    assert read(tmp_path, {**PLAIN, "id2label": named}).outputs is None
