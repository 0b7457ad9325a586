"""`python -m headstart`."""

from __future__ import annotations

import sys

from headstart.cli import main

if __name__ == "__main__":
    sys.exit(main())
