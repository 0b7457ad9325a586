"""Settings are checked before anything is trained, by one template of messages."""

from dataclasses import dataclass

import pytest

from headstart.errors import AskError
from headstart.records.settings import from_plain, setting, to_plain


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    rounds: int = setting(100, "most rounds", low=1, high=1000)
    learning_rate: float | None = setting(None, "step of a round", low=1e-4, high=1.0)
    kernel: str = setting("rbf", "the kernel", choices=("rbf", "linear"))
    layers: tuple[int, ...] = setting((64, 64), "width of each layer")
    balanced: bool = setting(False, "weigh classes alike")
    patience: int = setting(50, "rounds without a better loss", low=1)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"rounds": 0}, "`rounds` is 0; it must be a whole number between 1 and 1000"),
        ({"rounds": 2.5}, "`rounds` is 2.5; it must be a whole number"),
        ({"rounds": True}, "`rounds` is True; it must be a whole number"),
        ({"rounds": "many"}, "`rounds` is 'many'"),
        ({"learning_rate": "fast"}, "`learning_rate` is 'fast'; it must be a number between"),
        ({"learning_rate": float("nan")}, "`learning_rate` is nan"),
        ({"kernel": "cubic"}, "it must be one of 'rbf', 'linear'"),
        ({"balanced": "yes"}, "it must be true or false"),
        ({"patience": 0}, "a whole number, at least 1"),
        ({"layers": 64}, "`layers` is 64"),
        ({"ronds": 5}, "there is no setting `ronds`. Did you mean `rounds`?"),
    ],
)
def test_a_wrong_value_is_refused_with_what_was_expected(values, said):
    with pytest.raises(AskError) as refusal:
        from_plain(Settings, values)

    assert said in str(refusal.value)


def test_a_sentence_about_the_setting_is_the_hint():
    with pytest.raises(AskError, match="most rounds"):
        from_plain(Settings, {"rounds": 0})


def test_settings_come_back_from_plain_values():
    settings = Settings(rounds=7, learning_rate=1, layers=(8,), balanced=True)

    plain = {**to_plain(settings), "layers": [8]}

    assert from_plain(Settings, plain) == settings


def test_what_is_none_is_left_out():
    assert "learning_rate" not in to_plain(Settings())


def test_settings_without_fields_have_no_known_names():
    @dataclass(frozen=True)
    class Nothing:
        pass

    with pytest.raises(AskError, match="Known: none"):
        from_plain(Nothing, {"rounds": 1})
