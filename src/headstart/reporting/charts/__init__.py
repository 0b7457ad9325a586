"""Pictures as inline SVG, one a file: no plot library, no script, no request.

Every chart is as wide as the page lets it be: positions across are percentages, positions down are
pixels, so letters keep their size on a phone. Colours are classes that the page's style defines, so
one picture serves light, dark and print. All text passes through `svg.element`, which escapes it.
"""

from headstart.reporting.charts.answered import score_by_answered as score_by_answered
from headstart.reporting.charts.calibration import calibration as calibration
from headstart.reporting.charts.curves import learning_curves as learning_curves
from headstart.reporting.charts.fitted import predicted_and_true as predicted_and_true
from headstart.reporting.charts.returns import episode_returns as episode_returns
from headstart.reporting.charts.starts import start_curves as start_curves
from headstart.reporting.charts.strips import bar as bar
from headstart.reporting.charts.strips import interval as interval
from headstart.reporting.charts.strips import ruler as ruler
