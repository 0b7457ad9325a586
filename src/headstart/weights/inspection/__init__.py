"""What a checkpoint's files say of it, without a value of its tensors and without a library.

tensors_of(found)            -> Tensors     names, shapes, dtypes, ties
modules_of(tensors)          -> layers      grouped by module, where no network is known
disagreement(config, shapes) -> str         why configuration and tensors are of two networks
kept.look(kept.digest_of(found, config)) -> Seen  what was seen before of the same tensors
"""

from headstart.weights.inspection import kept as kept
from headstart.weights.inspection.modules import modules_of as modules_of
from headstart.weights.inspection.seen import Seen as Seen
from headstart.weights.inspection.tensors import Tensors as Tensors
from headstart.weights.inspection.tensors import tensors_of as tensors_of
