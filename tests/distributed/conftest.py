import pytest


@pytest.fixture(scope="module")
def alone_in_environment():
    """The environment of the only worker."""
    with pytest.MonkeyPatch.context() as patch:
        names = {"RANK": "0", "WORLD_SIZE": "1", "MASTER_ADDR": "localhost", "MASTER_PORT": "0"}
        for name, value in (names | {"TORCHELASTIC_RESTART_COUNT": "0"}).items():
            patch.setenv(name, value)
        yield


@pytest.fixture(scope="module")
def alone(alone_in_environment):
    """A group of workers, of which this process is the only one."""
    import torch.distributed

    from lsqgrad.distributed.group import group_of_workers

    with group_of_workers("cpu"):
        yield
        torch.distributed.destroy_process_group()
