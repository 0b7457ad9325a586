"""What stands below is read once, and each row finds its own maps again."""

from dataclasses import replace

import numpy as np
import pytest
from _texts import HAPPY, QUICK, TINY, fitted, rows

from headstart.families.neural import text_encoder
from headstart.records import Candidate, FineTune
from headstart.session import Session

torch = pytest.importorskip("torch")
pytest.importorskip("transformers")

from headstart.families.neural._maps import Maps, parts_to_read  # noqa: E402
from headstart.networks.text_network import TextNetwork  # noqa: E402
from headstart.training.holding import held_out  # noqa: E402

LAST = FineTune(checkpoints=(TINY,), layers="last")
SLOW = replace(QUICK, last=1, passes=4)
MANY = 150


def of_many_lengths(n=MANY):
    """Texts of 1 to 30 words."""
    random = np.random.default_rng(3)
    texts = [" ".join(random.choice(["dry", "wet", "left"], size=1 + i % 30)) for i in range(n)]
    return rows(n, note=texts, mood=["happy" if i % 2 else "sad" for i in range(n)])


def test_rows_find_their_maps_as_long_as_the_longest_of_the_batch(tmp_path):
    lengths = torch.tensor([2, 5, 1, 3])
    values = torch.randn(4, 5, 6)
    with Maps(tmp_path, 4, lengths) as maps:
        maps.add(torch.tensor([3, 0]), values[[3, 0], :3])
        maps.add(torch.tensor([1]), values[[1]])

        found = maps[torch.tensor([0, 3, 2])]
        whole = maps[torch.tensor([1])]

    assert found.shape == (3, 3, 6)
    torch.testing.assert_close(found[0, :2].float(), values[0, :2], atol=2e-3, rtol=1e-3)
    torch.testing.assert_close(found[1].float(), values[3, :3], atol=2e-3, rtol=1e-3)
    assert not found[0, 2:].any()
    assert not found[2].any()  # never read
    torch.testing.assert_close(whole[0].float(), values[1], atol=2e-3, rtol=1e-3)


def test_maps_of_pictures_are_all_of_one_shape(tmp_path):
    values = torch.randn(3, 2, 4, 5, 5).contiguous(memory_format=torch.preserve_format)
    with Maps(tmp_path, 3) as maps:
        maps.add(torch.tensor([2, 0, 1]), values)

        found = maps[torch.tensor([1, 2])]

    torch.testing.assert_close(found.float(), values[[2, 0]], atol=2e-3, rtol=1e-3)


def test_what_is_too_large_for_half_precision_stays_finite(tmp_path):
    with Maps(tmp_path, 1) as maps:
        maps.add(torch.tensor([0]), torch.tensor([[[1e6, -1e6]]]))

        assert torch.isfinite(maps[torch.tensor([0])]).all()


def test_the_file_has_no_name_that_could_be_left_behind(tmp_path):
    with Maps(tmp_path, 1) as maps:
        maps.add(torch.tensor([0]), torch.ones(1, 1, 1))

        assert not list(tmp_path.iterdir())


def test_rows_to_stop_by_are_read_first_and_are_few():
    order = torch.arange(5)

    (held, some), (learned, most) = parts_to_read(held_out([np.array([5, 6])]), order)

    assert (held.tolist(), learned.tolist()) == ([5, 6], order.tolist())
    assert some < most
    assert len(parts_to_read(None, order)) == 1


def test_what_stands_below_the_last_blocks_is_read_once(encoder, tmp_path, monkeypatch):
    lower, read = TextNetwork.lower, []

    def counted(network, tokens, lengths, kinds, stop):
        read.extend(lengths.tolist())
        return lower(network, tokens, lengths, kinds, stop)

    monkeypatch.setattr(TextNetwork, "lower", counted)
    data = of_many_lengths()
    model, session = fitted(LAST, encoder, tmp_path / "s", data=data, settings=SLOW)

    assert len(set(read)) > 20
    assert sorted(read) == sorted(model.inputs(data)[1].tolist())
    assert len(session.losses) > 2
    assert not list((tmp_path / "s").glob("maps*"))


def test_a_clock_that_runs_out_while_maps_are_made_still_gives_a_model(encoder, tmp_path):
    data = of_many_lengths(400)
    model, session = fitted(LAST, encoder, tmp_path / "s", data=data, settings=SLOW, seconds=0.0)

    assert session.spent < 400 / 1000 * SLOW.passes
    assert np.isfinite(model.predict(data).values[0]).all()


def test_reading_again_after_a_kill_is_no_further_work(encoder, tmp_path):
    data = of_many_lengths()
    _, whole = fitted(LAST, encoder, tmp_path / "whole", data=data, settings=SLOW)

    def session(**more):
        folder = tmp_path / "killed"
        folder.mkdir(exist_ok=True)
        places = {TINY: encoder}
        return Session(seed=1, folder=folder, rows=MANY, checkpoints=places, carry=True, **more)

    candidate = Candidate(name="x", family="text_encoder", settings=SLOW, start=LAST)
    killed = session(interrupted=lambda: True)
    text_encoder.fit(candidate, HAPPY, data, killed)
    resumed = session()
    text_encoder.fit(candidate, HAPPY, data, resumed)

    assert 0 < killed.rounds_done < resumed.rounds_done == whole.rounds_done
    assert resumed.spent == pytest.approx(whole.spent)
