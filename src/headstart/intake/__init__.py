"""Files and frames become a `Table`; rows are divided; what could not be read is kept."""

from headstart.intake.reading import Reading as Reading
from headstart.intake.reading import read as read
from headstart.intake.rejected import Rejected as Rejected
from headstart.intake.rejected import write_rejected as write_rejected
