"""What people may rely on is written down twice: there, and here."""

import headstart as hs

PUBLIC = [
    "Classifier",
    "Regressor",
    "adjust",
    "advise",
    "demo",
    "doctor",
    "fit",
    "inspect",
    "models",
    "predict",
    "profile",
    "read",
    "replay",
    "report",
    "weights",
]


def test_public_names_are_frozen():
    assert sorted(name for name in hs.__all__ if not name.startswith("_")) == PUBLIC


def test_every_public_name_is_bound():
    for name in hs.__all__:
        assert getattr(hs, name) is not None


def test_dir_offers_the_public_names():
    assert set(hs.__all__) <= set(dir(hs))
