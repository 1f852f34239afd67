"""The machines that a catalogue is tested on."""

import pytest

from lineage.engine.arrays import COMPILES, Compiled, Lists

MACHINES = [
    pytest.param(Lists(), id="lists"),
    pytest.param(
        Compiled(),
        id="compiled",
        marks=pytest.mark.skipif(not COMPILES, reason="numpy and numba, the optional extra `scale`, are not installed"),
    ),
]
