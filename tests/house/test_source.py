"""House rules that no linter knows."""

import ast

import pytest
from _source import FILES, PACKAGE, called, module_of, name_of, nodes

LONGEST = 450
RUNS_CODE = ("pickle", "cPickle", "cloudpickle", "dill", "joblib", "marshal", "shelve")
FORBIDDEN_CALLS = ("eval", "exec", "yaml.load", "yaml.unsafe_load", "numpy.random.seed")
FORBIDDEN_CALLS += ("np.random.seed", "random.seed", "np.random.rand", "np.random.randn")
CATCHES_ALL = ("experiment/work.py", "advice/shortlist.py")
WORKPLACE = ("/work/", "/tmp/")
OTHER_WAYS = ("from_pretrained", "take_over", "load_weights", "load_checkpoint")
STARTERS = ("families/neural/text_encoder.py", "families/neural/image_encoder.py")
STARTERS += ("families/neural/_own_answers.py", "families/neural/_image_direct.py")
STARTERS += ("features/frozen.py", "features/frozen_pictures.py")
VAGUE = ("utils", "util", "common", "core", "base", "helpers", "helper", "manager", "misc")

every_file = pytest.mark.parametrize("path", FILES, ids=name_of)


@every_file
def test_no_file_is_too_long_to_read(path):
    assert len(path.read_text().splitlines()) <= LONGEST


@every_file
def test_no_file_has_a_name_that_says_nothing(path):
    assert not set(path.relative_to(PACKAGE).with_suffix("").parts) & set(VAGUE)


@every_file
def test_every_file_says_what_it_is_for(path):
    assert ast.get_docstring(ast.parse(path.read_text()))


@every_file
def test_nothing_that_runs_code_is_read(path):
    imported = {
        alias.name.partition(".")[0] for node in nodes(path, ast.Import) for alias in node.names
    }
    imported |= {(node.module or "").partition(".")[0] for node in nodes(path, ast.ImportFrom)}
    calls = [node for node in nodes(path, ast.Call) if called(node) in FORBIDDEN_CALLS]
    bare_loads = [
        node
        for node in nodes(path, ast.Call)
        if called(node) == "torch.load" and not _is_weights_only(node)
    ]

    assert not imported & set(RUNS_CODE)
    assert not [f"{node.lineno}: {called(node)}" for node in calls + bare_loads]


@every_file
def test_only_the_borders_to_unknown_code_catch_everything(path):
    catching = [
        handler.lineno
        for handler in nodes(path, ast.ExceptHandler)
        if handler.type is None or ast.unparse(handler.type) in ("Exception", "BaseException")
        if not any(isinstance(node, ast.Raise) for node in ast.walk(handler))
    ]

    assert name_of(path) in CATCHES_ALL or not catching


@every_file
def test_the_workplace_is_not_mentioned(path):
    text = path.read_text()

    assert not [word for word in WORKPLACE if word in text]


@every_file
def test_no_tensor_is_left_out_in_silence(path):
    """A network is loaded whole, or by surgery, which says what became of every tensor."""
    calls = [(called(node).rpartition(".")[2], node) for node in nodes(path, ast.Call)]

    assert not [
        f"{node.lineno}: {name}"
        for name, node in calls
        if name == "from_pretrained"
        or (name == "load_state_dict" and any(each.arg == "strict" for each in node.keywords))
    ]


@pytest.mark.parametrize("name", STARTERS)
def test_checkpoints_enter_a_network_through_surgery_alone(name):
    path = PACKAGE / name
    calls = {called(node) for node in nodes(path, ast.Call)}
    ends = {call.rpartition(".")[2] for call in calls}

    assert not ends & {*OTHER_WAYS, "load_state_dict", "load_all"}
    assert "weights.state" not in calls
    assert "take_whole" in ends


def test_modules_are_named_once():
    names = [module_of(path) for path in FILES]

    assert len(set(names)) == len(names)


def _is_weights_only(call):
    return any(
        keyword.arg == "weights_only" and getattr(keyword.value, "value", None) is True
        for keyword in call.keywords
    )
