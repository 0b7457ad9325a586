"""Profile (+ evidence) -> candidates and refusals, each with its reason."""

from headstart.advice.estimates import Evidence as Evidence
from headstart.advice.estimates import expected_seconds as expected_seconds
from headstart.advice.shortlist import Advice as Advice
from headstart.advice.shortlist import advise as advise
