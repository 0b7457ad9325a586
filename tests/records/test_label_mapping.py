"""What a person says of labels, as a value."""

import pytest

from headstart.errors import AskError
from headstart.records.label_mapping import label_mapping, mapping_phrase, mapping_to_plain


def test_the_same_mapping_is_equal_however_it_is_written():
    one = label_mapping({"b": ["Y", "X", "Y"], "a": "Z"})

    assert one == label_mapping({"a": ("Z",), "b": ["X", "Y"]})
    assert label_mapping(mapping_to_plain(one)) == one
    assert label_mapping({"a": 0, "b": [1, 2]}) == label_mapping({"a": "0", "b": ["1", "2"]})


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"a": "X", "b": ["Y", "X"]}, "the label `X` is given to two classes, `a`, `b`"),
        ({"a": []}, "the class `a` is mapped to a label without a name"),
        ({"a": [""]}, "the class `a` is mapped to a label without a name"),
        ({"": "X"}, "the class `` is mapped to a label without a name"),
    ],
)
def test_what_makes_no_sense_is_refused(given, said):
    with pytest.raises(AskError, match=said):
        label_mapping(given)


def test_a_long_mapping_is_said_in_short():
    said = mapping_phrase(label_mapping({f"c{n}": str(n) for n in range(9)}))

    assert said.startswith("`c0` = `0`, `c1` = `1`")
    assert said.endswith("(+4 more)")
    many = mapping_phrase(label_mapping({"animal": [f"kind {n}" for n in range(9)]}))
    assert many.endswith("+ `kind 4` + 4 more")
