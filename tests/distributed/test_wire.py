import socket
import sys

import pytest

from lsqgrad.distributed import wire

linux = pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells what was sent")


@linux
def test_what_is_sent_over_tcp_is_counted_and_nothing_else():
    with socket.create_server(("localhost", 0)) as server:
        client = socket.create_connection(server.getsockname())
        there, _ = server.accept()
        with client, there:
            before = wire.bytes_sent()
            client.sendall(bytes(12_345))
            there.sendall(bytes(5))
            assert wire.sent_since(before) == 12_350  # both ends are of this process


@linux
def test_sockets_of_other_kinds_and_those_that_wait_send_nothing():
    left, right = socket.socketpair()
    with left, right, socket.create_server(("localhost", 0)):
        before = wire.bytes_sent()
        left.sendall(bytes(100))
        assert wire.sent_since(before) == 0


def test_nothing_is_told_where_the_system_does_not_count(monkeypatch):
    monkeypatch.setattr(sys, "platform", "darwin")
    assert wire.bytes_sent() is None
    assert wire.sent_since(None) is None
