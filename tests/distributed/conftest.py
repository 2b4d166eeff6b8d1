import pytest


@pytest.fixture(scope="module")
def alone():
    """A group of workers that this process is the only one of."""
    from lsqgrad.distributed.group import group_of_workers

    with pytest.MonkeyPatch.context() as patch:
        names = {"RANK": "0", "WORLD_SIZE": "1", "MASTER_ADDR": "localhost", "MASTER_PORT": "0"}
        for name, value in (names | {"TORCHELASTIC_RESTART_COUNT": "0"}).items():
            patch.setenv(name, value)
        with group_of_workers("cpu"):
            yield
