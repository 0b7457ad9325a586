import pytest

from headstart.processes.processor import multiplies_bfloat16


@pytest.mark.parametrize(
    ("flags", "does"),
    [("fpu avx512f avx512_bf16", True), ("amx_tile amx_bf16", True), ("fpu avx2 bf16x", False)],
)
def test_the_system_tells_which_numbers_are_fast(tmp_path, flags, does):
    told = tmp_path / "cpuinfo"
    told.write_text(f"processor\t: 0\nflags\t\t: {flags}\n")

    assert multiplies_bfloat16(told) is does


def test_where_nobody_tells_they_are_not(tmp_path):
    assert multiplies_bfloat16(tmp_path / "absent") is False


def test_it_does_not_deny_what_torch_uses_here():
    pytest.importorskip("torch")
    from headstart.networks.precision import has_fast_bfloat16

    assert multiplies_bfloat16() >= has_fast_bfloat16()
