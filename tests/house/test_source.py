"""House rules that no linter knows; each file is read once and held to all of them."""

import ast
from pathlib import PurePath

import pytest
from _source import FILES, PACKAGE, Source, called, module_of

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


def no_file_is_too_long_to_read(source):
    if (lines := len(source.text.splitlines())) > LONGEST:
        yield f"{lines} lines"


def no_file_has_a_name_that_says_nothing(source):
    yield from set(PurePath(source.name).with_suffix("").parts) & set(VAGUE)


def every_file_says_what_it_is_for(source):
    if not ast.get_docstring(source.tree):
        yield "no docstring"


def nothing_that_runs_code_is_read(source):
    imported = {
        alias.name.partition(".")[0] for node in source.nodes(ast.Import) for alias in node.names
    }
    imported |= {(node.module or "").partition(".")[0] for node in source.nodes(ast.ImportFrom)}
    yield from imported & set(RUNS_CODE)
    for node in source.nodes(ast.Call):
        name = called(node)
        if name in FORBIDDEN_CALLS or (name == "torch.load" and not _is_weights_only(node)):
            yield f"{node.lineno}: {name}"


def only_the_borders_to_unknown_code_catch_everything(source):
    for handler in source.nodes(ast.ExceptHandler):
        is_broad = handler.type is None or ast.unparse(handler.type) in (
            "Exception",
            "BaseException",
        )
        raises = any(isinstance(node, ast.Raise) for node in ast.walk(handler))
        if is_broad and not raises and source.name not in CATCHES_ALL:
            yield f"{handler.lineno}"


def the_workplace_is_not_mentioned(source):
    yield from (word for word in WORKPLACE if word in source.text)


def no_tensor_is_left_out_in_silence(source):
    """A network is loaded whole, or by surgery, which says what became of every tensor."""
    for node in source.nodes(ast.Call):
        name = called(node).rpartition(".")[2]
        is_lenient = any(each.arg == "strict" for each in node.keywords)
        if name == "from_pretrained" or (name == "load_state_dict" and is_lenient):
            yield f"{node.lineno}: {name}"


RULES = (
    no_file_is_too_long_to_read,
    no_file_has_a_name_that_says_nothing,
    every_file_says_what_it_is_for,
    nothing_that_runs_code_is_read,
    only_the_borders_to_unknown_code_catch_everything,
    the_workplace_is_not_mentioned,
    no_tensor_is_left_out_in_silence,
)


@pytest.fixture(scope="module")
def offences():
    """Rule -> `file: what` for each place that breaks it."""
    found = {rule: [] for rule in RULES}
    for source in map(Source, FILES):
        for rule in RULES:
            found[rule] += [f"{source.name}: {what}" for what in rule(source)]
    return found


@pytest.mark.xdist_group("source")
@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_every_file_keeps_the_rule(rule, offences):
    assert offences[rule] == []


WRONG = """import pickle
weights = torch.load(file)
try:
    model.load_state_dict(weights, strict=False)
except Exception:
    print("/tmp/log")
"""


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_a_file_that_breaks_the_rule_is_found(rule, tmp_path):
    path = tmp_path / "utils.py"
    path.write_text(WRONG + "\n" * LONGEST)

    assert list(rule(Source(path, root=tmp_path)))


@pytest.mark.parametrize("name", STARTERS)
def test_checkpoints_enter_a_network_through_surgery_alone(name):
    calls = {called(node) for node in Source(PACKAGE / name).nodes(ast.Call)}
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
