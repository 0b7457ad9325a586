"""What was learned of answers is applied to new ones, and survives its plain form."""

import json

import numpy as np
import pytest

from headstart.delivery import Adjustment
from headstart.delivery.adjustment import (
    Sureness,
    adjusted,
    adjustment_from_plain,
    label_sets,
    sure,
)
from headstart.metrics import predicted_labels
from headstart.records import Numbers, Probabilities
from headstart.records.plain import plain


def shares(*rows):
    return Probabilities(values=(np.array(rows),))


def test_a_band_encloses_the_number():
    banded = adjusted(Numbers(values=np.array([[10.0]])), Adjustment(band=((-2.0, 3.0),)))

    assert (banded.lower.item(), banded.upper.item()) == (8.0, 13.0)


def test_a_band_is_wider_where_errors_are_larger():
    known = Adjustment(band=((-2.0, 2.0),), difficulty=(((0.0, 10.0), (1.0, 3.0)),))

    banded = adjusted(Numbers(values=np.array([[0.0], [10.0], [99.0]])), known)

    assert (banded.upper - banded.lower).ravel().tolist() == [4.0, 12.0, 12.0]


def test_steps_of_two_classes_move_the_second_and_keep_the_sum():
    known = Adjustment(steps=((((0.0, 1.0), (0.2, 0.6)),),))

    found = adjusted(shares([0.5, 0.5], [0.0, 1.0]), known).values[0]

    np.testing.assert_allclose(found, [[0.6, 0.4], [0.4, 0.6]])


def test_steps_of_three_classes_sum_to_one_also_where_all_are_zero():
    flat = ((0.0, 1.0), (0.0, 0.0))
    known = Adjustment(steps=((flat, flat, flat),))

    assert adjusted(shares([0.2, 0.3, 0.5]), known).values[0].tolist() == [[0.2, 0.3, 0.5]]


def test_class_weights_choose_the_label_and_leave_the_probabilities():
    found = adjusted(shares([0.8, 0.2]), Adjustment(class_weights=((1.0, 5.0),)))

    assert predicted_labels(found).item() == 1
    assert found.values[0].tolist() == [[0.8, 0.2]]


def test_a_set_holds_the_labels_beyond_their_thresholds_and_the_answer():
    known = Adjustment(sets=((0.3, 0.3, 0.3),))

    found = label_sets(shares([0.5, 0.4, 0.1], [0.9, 0.1, 0.0]), known)[0]
    empty = label_sets(shares([0.4, 0.3, 0.3]), Adjustment(sets=((0.9, 0.9, 0.9),)))[0]

    assert found.tolist() == [[True, True, False], [True, False, False]]
    assert empty.tolist() == [[True, False, False]]


def test_an_adjustment_survives_its_plain_form():
    full = Adjustment(
        temperature=1.5,
        steps=((((0.0, 1.0), (0.1, 0.9)),),),
        class_weights=((1.0, 3.0),),
        sets=((0.2, 0.1),),
        band=((-1.0, 2.0),),
        difficulty=(((0.0, 1.0), (0.5, 0.7)), None),
        sureness=Sureness(shares=(0.0,), thresholds=(0.5,), scores=(0.8,), rows=9),
    )

    assert adjustment_from_plain(json.loads(json.dumps(plain(full)))) == full


def test_an_adjustment_of_an_earlier_headstart_is_read():
    assert adjustment_from_plain({"temperature": 2.0, "band": None}) == Adjustment(temperature=2.0)


def test_numbers_with_an_even_band_are_all_as_sure():
    assert sure(Numbers(values=np.zeros((3, 1))), Adjustment(band=((-1.0, 1.0),))) is None


def test_the_least_sure_target_tells_how_sure_a_row_is():
    two = Probabilities(values=(np.array([[0.9, 0.1]]), np.array([[0.4, 0.6]])))

    assert sure(two, Adjustment()).item() == pytest.approx(0.6)
