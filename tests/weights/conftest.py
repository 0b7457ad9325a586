"""Every test has caches of its own, and small checkpoints that it makes itself."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture(autouse=True)
def caches(monkeypatch, tmp_path):
    """Empty folders in place of the person's own; returns their parent."""
    from huggingface_hub import constants

    root = tmp_path / "caches"
    monkeypatch.setenv("HEADSTART_CACHE", str(root / "headstart"))
    monkeypatch.setenv("TORCH_HOME", str(root / "torch"))
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(root / "hub"))
    return root
