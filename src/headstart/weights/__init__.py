"""Checkpoints: which there are, where they come from, and how they are opened without danger.

Three questions, each with one function:

    find(name)      -> Found | Absence     is it on this machine, and is it what it should be?
    config(found)   -> Configuration       which network is it, in keys that were allowed?
    state(found)    -> dict[str, Tensor]   its parameters, finite, float32, on the CPU

`need(name)` is `find` for those who cannot go on without it; `at(name, session.checkpoints[name])`
is the same where the place is known, as in a trial. `found.entry` holds what is known:
architecture, inputs (size, mean, longest text, pooling), labels, licence. `tokenizer(found)` reads
texts. A network of transformers is then built without a further look at the folder:

    kind = transformers.AutoConfig.for_model(config.architecture, **config.values)
    transformers.BertModel.from_pretrained(None, config=kind, state_dict=state(found))

`plan(source, target)` says what would become of every tensor in another network, and `apply(plan)`
moves them: see `surgery`.

No look-up uses the network; only `get` may. `HEADSTART_OFFLINE=1` forbids that as well.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from headstart.errors import WeightsError
from headstart.weights.catalogue import entries as entries
from headstart.weights.catalogue import entry as entry
from headstart.weights.catalogue import names as names
from headstart.weights.configuration import Configuration as Configuration
from headstart.weights.configuration import read_configuration
from headstart.weights.copying import copy as copy
from headstart.weights.entry import Entry as Entry
from headstart.weights.entry import ImageInputs as ImageInputs
from headstart.weights.entry import Labels as Labels
from headstart.weights.entry import SeriesInputs as SeriesInputs
from headstart.weights.entry import SoundInputs as SoundInputs
from headstart.weights.entry import TextInputs as TextInputs
from headstart.weights.finding import Found as Found
from headstart.weights.finding import at as at
from headstart.weights.finding import at_hand as at_hand
from headstart.weights.finding import find as find
from headstart.weights.finding import look as look
from headstart.weights.finding import missing as missing
from headstart.weights.finding import need as need
from headstart.weights.getting import get as get
from headstart.weights.opening import open_parameters
from headstart.weights.surgery import Outcome as Outcome
from headstart.weights.surgery import Plan as Plan
from headstart.weights.surgery import apply as apply
from headstart.weights.surgery import average as average
from headstart.weights.surgery import edited_plan as edited_plan
from headstart.weights.surgery import greedy_soup as greedy_soup
from headstart.weights.surgery import keep as keep
from headstart.weights.surgery import measure_statistics as measure_statistics
from headstart.weights.surgery import plan as plan
from headstart.weights.surgery import save_plan as save_plan
from headstart.weights.surgery import shuffled as shuffled
from headstart.weights.surgery import take_tensors as take_tensors
from headstart.weights.surgery import take_whole as take_whole
from headstart.weights.surgery import tensors_plan as tensors_plan
from headstart.weights.tokenizing import tokenizer as tokenizer

if TYPE_CHECKING:
    from torch import Tensor


def config(found: Found) -> Configuration:
    """The configuration of a checkpoint; of one without a file, its architecture alone.

    Raises:
        WeightsError: the file asks for what is not allowed, or nothing says what network it is.
    """
    if found.file("config.json") is not None:
        inputs = found.entry.inputs if found.entry else None
        is_grey = isinstance(inputs, ImageInputs) and inputs.channels != 3
        return read_configuration(found.path, any_channels=is_grey)
    if found.entry is None:
        raise WeightsError(
            f"nothing says which network `{found.name}` is: it is a file of parameters alone.",
            "Name the folder that save_pretrained wrote, or use it for tensors only.",
        )
    return Configuration(architecture=found.entry.architecture, values={})


def state(found: Found) -> dict[str, Tensor]:
    """The parameters of a checkpoint by name, in the names that its library uses.

    Numbers with a fraction come as float32, and all of them are finite.

    Raises:
        WeightsError: a file is damaged, would run code, or holds NaN; nothing of it ran.
    """
    if not found.parameter_files:
        raise WeightsError(
            f"`{found.name}` is an earlier model of Headstart.", "Its family opens it."
        )
    renames = found.entry.renames if found.entry else None
    return open_parameters(found.parameter_files, renames)
