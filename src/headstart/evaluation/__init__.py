"""Predictions become scores, intervals and calibration; trials become a verdict."""

from headstart.evaluation.bbc import Corrected as Corrected
from headstart.evaluation.bbc import bbc as bbc
from headstart.evaluation.blending import blend_weights as blend_weights
from headstart.evaluation.bootstrap import Difference as Difference
from headstart.evaluation.bootstrap import paired_difference as paired_difference
from headstart.evaluation.bootstrap import score_interval as score_interval
from headstart.evaluation.bootstrap import score_samples as score_samples
from headstart.evaluation.by_labels import by_labels as by_labels
from headstart.evaluation.by_labels import curve_of as curve_of
from headstart.evaluation.by_labels import start_of as start_of
from headstart.evaluation.calibration import Bin as Bin
from headstart.evaluation.calibration import (
    expected_calibration_error as expected_calibration_error,
)
from headstart.evaluation.calibration import fit_temperature as fit_temperature
from headstart.evaluation.calibration import reliability as reliability
from headstart.evaluation.class_weights import fit_class_weights as fit_class_weights
from headstart.evaluation.climbs import Climb as Climb
from headstart.evaluation.climbs import Rung as Rung
from headstart.evaluation.climbs import Samples as Samples
from headstart.evaluation.climbs import climbs as climbs
from headstart.evaluation.conformal import Band as Band
from headstart.evaluation.conformal import residual_band as residual_band
from headstart.evaluation.confusion import confusion as confusion
from headstart.evaluation.control_arms import weigh as weigh
from headstart.evaluation.crossovers import Terms as Terms
from headstart.evaluation.crossovers import crossover as crossover
from headstart.evaluation.crossovers import crossovers as crossovers
from headstart.evaluation.crossovers import floor_crossovers as floor_crossovers
from headstart.evaluation.curve import Gain as Gain
from headstart.evaluation.curve import gain_of_rows as gain_of_rows
from headstart.evaluation.difficulty import fit_difficulty as fit_difficulty
from headstart.evaluation.evidence import Contender as Contender
from headstart.evaluation.evidence import Outcome as Outcome
from headstart.evaluation.evidence import Point as Point
from headstart.evaluation.importance import Importance as Importance
from headstart.evaluation.importance import importance as importance
from headstart.evaluation.isotonic import calibrated_apart as calibrated_apart
from headstart.evaluation.isotonic import fit_calibration as fit_calibration
from headstart.evaluation.label_sets import fit_label_sets as fit_label_sets
from headstart.evaluation.more_labels import more_labels as more_labels
from headstart.evaluation.posterior import Posterior as Posterior
from headstart.evaluation.posterior import correlated_posterior as correlated_posterior
from headstart.evaluation.start_curves import start_curves as start_curves
from headstart.evaluation.sureness import fit_sureness as fit_sureness
from headstart.evaluation.verdict import judge as judge
from headstart.evaluation.worst import WorstRow as WorstRow
from headstart.evaluation.worst import worst_rows as worst_rows
