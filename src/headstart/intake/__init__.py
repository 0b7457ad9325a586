"""Files and frames become a `Table`; rows are divided; what could not be read is kept."""

from headstart.intake.frames import like as like
from headstart.intake.reading import Reading as Reading
from headstart.intake.reading import read as read
from headstart.intake.rejected import Rejected as Rejected
from headstart.intake.rejected import write_rejected as write_rejected
from headstart.intake.rereading import read_as as read_as
from headstart.intake.splits import holdout as holdout
from headstart.intake.tasks import labelled as labelled
from headstart.intake.tasks import set_task as set_task
