"""The relay of the benchmarks: what comes late comes whole and in order, and not one by one."""

import re
import socket
import sys
import threading
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "benchmarks"))

from relay import delayed

DELAY = 0.05


@contextmanager
def server(answer):
    """A server for one connection, which `answer` is called with; yields its URL."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve():
            connection, _ = listening.accept()
            with connection:
                answer(connection)

        thread = threading.Thread(target=serve)
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        thread.join()


def echo(connection):
    """Send everything back as soon as it comes, until there is no more."""
    while chunk := connection.recv(1 << 16):
        connection.sendall(chunk)


@contextmanager
def connected(url):
    with socket.create_connection(("127.0.0.1", urlsplit(url).port)) as one:
        one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        one.settimeout(30)
        yield one


def say(connection, last):
    """Send what is last, and that it is the last."""
    connection.sendall(last)
    connection.shutdown(socket.SHUT_WR)


def received(connection):
    """Return all that comes until the end."""
    with connection.makefile("rb") as file:
        return file.read()


def ended(connection):
    """Wait for the end, and say whether nothing came before it."""
    with suppress(ConnectionError):
        return received(connection) == b""
    return True


def test_the_url_keeps_all_but_its_port():
    with delayed("http://127.0.0.1:1/lab?token=secret", 0) as url:
        assert re.fullmatch(r"http://127\.0\.0\.1:\d\d+/lab\?token=secret", url)


@pytest.mark.parametrize("delay", [0, DELAY])
def test_all_comes_back_in_order_and_each_way_takes_its_time(delay):
    sent = b"".join(number.to_bytes(4, "big") for number in range(500_000))
    with server(echo) as url, delayed(url, delay) as relayed, connected(relayed) as client:
        start = time.monotonic()
        sending = threading.Thread(
            target=lambda: [client.sendall(sent), client.shutdown(socket.SHUT_WR)]
        )
        sending.start()
        first = client.recv(1)
        assert time.monotonic() - start >= 2 * delay
        assert first + received(client) == sent
        sending.join()


def test_what_is_sent_meanwhile_does_not_wait_for_what_was_sent_before():
    """A hundred messages, each sent a moment after the one before, are all under way at once."""
    came = []

    def note(connection):
        while chunk := connection.recv(1):
            came.append((chunk, time.monotonic()))

    sent = []
    with server(note) as url, delayed(url, 1) as relayed, connected(relayed) as client:
        for number in range(100):
            sent.append(time.monotonic())
            client.sendall(bytes([number]))
        say(client, b"")
        assert received(client) == b""
    assert b"".join(chunk for chunk, _ in came) == bytes(range(100))
    assert all(late - early >= 1 for early, (_, late) in zip(sent, came, strict=True))
    # One at a time they would take a hundred seconds.
    assert came[-1][1] - came[0][1] < 50


def test_without_a_server_the_connection_ends():
    with delayed("http://127.0.0.1:1", 0) as url, connected(url) as client:
        assert ended(client)


def test_a_client_that_is_gone_ends_the_connection():
    ended = threading.Event()

    def wait(connection):
        echo(connection)
        ended.set()

    with server(wait) as url, delayed(url, 0) as relayed:
        with connected(relayed) as client:
            client.sendall(b"there?")
            assert client.recv(100) == b"there?"
        assert ended.wait(30)
