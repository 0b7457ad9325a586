"""Environments as recipes, and rollouts in them."""

from headstart.worlds.environment import LONGEST_EPISODE as LONGEST_EPISODE
from headstart.worlds.environment import Environment as Environment
from headstart.worlds.environment import open_world as open_world
from headstart.worlds.measure import control_task as control_task
from headstart.worlds.measure import facts as facts
from headstart.worlds.measure import random_action as random_action
from headstart.worlds.recipe import is_world as is_world
from headstart.worlds.recipe import parse as parse
from headstart.worlds.rollout import Act as Act
from headstart.worlds.rollout import episode as episode
from headstart.worlds.rollout import play as play
from headstart.worlds.seeds import LOCKED_SEEDS as LOCKED_SEEDS
from headstart.worlds.seeds import training_seeds as training_seeds
from headstart.worlds.seeds import validation_seeds as validation_seeds
from headstart.worlds.spaces import Spaces as Spaces
from headstart.worlds.spaces import spaces_from_plain as spaces_from_plain
from headstart.worlds.spaces import spaces_of as spaces_of
from headstart.worlds.spaces import spaces_to_plain as spaces_to_plain
