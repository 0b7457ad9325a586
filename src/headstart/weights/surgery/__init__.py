"""Moving weights from any checkpoint into another model, visibly and safely.

Three functions, and a value that passes between them:

    plan(source, goal)       -> Plan        what would become of every tensor; only names are read
    apply(plan)              -> Outcome     the network, and a receipt with what was measured
    keep(outcome, plan, to)  -> Receipt     a folder that can be started from

`save_plan(plan, file)` and `edited_plan(plan, file)` write it down and read it again.

Each step is a pure function in a file of its own; `steps.STEPS` is the table of them.
"""

from __future__ import annotations

from headstart.weights.surgery.applying import Outcome as Outcome
from headstart.weights.surgery.applying import apply as apply
from headstart.weights.surgery.averaging import average as average
from headstart.weights.surgery.averaging import greedy_soup as greedy_soup
from headstart.weights.surgery.document import edited_plan as edited_plan
from headstart.weights.surgery.document import save_plan as save_plan
from headstart.weights.surgery.keeping import keep as keep
from headstart.weights.surgery.plan import Plan as Plan
from headstart.weights.surgery.plan import PlannedMove as PlannedMove
from headstart.weights.surgery.planning import plan as plan
from headstart.weights.surgery.shuffling import shuffled as shuffled
from headstart.weights.surgery.statistics import measure_statistics as measure_statistics
from headstart.weights.surgery.taking import take_tensors as take_tensors
from headstart.weights.surgery.taking import tensors_plan as tensors_plan
from headstart.weights.surgery.whole import take_whole as take_whole
