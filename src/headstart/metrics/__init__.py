"""(truth, prediction) -> number; direction and range known."""

from headstart.metrics.defaults import default_metric as default_metric
from headstart.metrics.defaults import default_metric_because as default_metric_because
from headstart.metrics.losses import proper_loss as proper_loss
from headstart.metrics.losses import row_losses as row_losses
from headstart.metrics.metric import Metric as Metric
from headstart.metrics.metric import as_columns as as_columns
from headstart.metrics.metric import finite_rows as finite_rows
from headstart.metrics.metric import positive_index as positive_index
from headstart.metrics.metric import predicted_labels as predicted_labels
from headstart.metrics.scoring import check_truth as check_truth
from headstart.metrics.scoring import in_chunks as in_chunks
from headstart.metrics.scoring import over_rows as over_rows
from headstart.metrics.scoring import resampled as resampled
from headstart.metrics.scoring import score as score
from headstart.metrics.table import METRICS as METRICS
from headstart.metrics.table import fitting as fitting
from headstart.metrics.table import metric as metric
