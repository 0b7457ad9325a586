"""Model folders: members of families, weights, calibration and the input contract."""

from headstart.delivery.adjustment import Adjustment as Adjustment
from headstart.delivery.answers import answers as answers
from headstart.delivery.contract import Contract as Contract
from headstart.delivery.contract import contract_from_plain as contract_from_plain
from headstart.delivery.contract import contract_of as contract_of
from headstart.delivery.folders import fill as fill
from headstart.delivery.folders import load as load
from headstart.delivery.folders import read_manifest as read_manifest
from headstart.delivery.folders import write as write
from headstart.delivery.model import Delivered as Delivered
from headstart.delivery.model import Member as Member
