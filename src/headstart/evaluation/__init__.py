"""Predictions become scores, intervals and calibration; trials become a verdict."""

from headstart.evaluation.bootstrap import Difference as Difference
from headstart.evaluation.bootstrap import paired_difference as paired_difference
from headstart.evaluation.bootstrap import score_interval as score_interval
from headstart.evaluation.evidence import Contender as Contender
from headstart.evaluation.evidence import Outcome as Outcome
from headstart.evaluation.evidence import Point as Point
from headstart.evaluation.posterior import Posterior as Posterior
from headstart.evaluation.posterior import correlated_posterior as correlated_posterior
from headstart.evaluation.verdict import judge as judge
