"""The house tests read the source; this makes their reader importable by name."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
