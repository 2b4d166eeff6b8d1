"""A network in between: passes a TCP connection on, each way after a delay.

    with delayed("http://127.0.0.1:8888/lab", seconds=0.06) as url:
        page.goto(url)

A chunk is due a fixed time after it came, whatever stands before it, so that the delay takes
nothing from the throughput. WebSockets are TCP, too.
"""

import asyncio
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

HOST = "127.0.0.1"


@contextmanager
def delayed(url: str, seconds: float) -> Iterator[str]:
    """Yield a URL at which the server of `url` is heard `seconds` late, and hears as late."""
    parts = urlsplit(url)
    loop = asyncio.new_event_loop()
    relay = Relay(parts.port, seconds)
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    listening = loop.create_server(relay.client, HOST, 0)
    server = asyncio.run_coroutine_threadsafe(listening, loop).result()
    try:
        port = server.sockets[0].getsockname()[1]
        yield parts._replace(netloc=f"{HOST}:{port}").geturl()
    finally:
        asyncio.run_coroutine_threadsafe(relay.stop(server), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


class Relay:
    """Connects each client to the server at `port`."""

    def __init__(self, port: int | None, seconds: float) -> None:
        self.port = port
        self.seconds = seconds
        self.ends: set[End] = set()
        self.connecting: set[asyncio.Task[None]] = set()

    def client(self) -> "End":
        """Return the end that talks with a new client."""
        end = End(self)
        task = asyncio.get_running_loop().create_task(self._connect(end))
        self.connecting.add(task)
        task.add_done_callback(self.connecting.discard)
        return end

    async def _connect(self, end):
        end.other = End(self)
        end.other.other = end
        loop = asyncio.get_running_loop()
        try:
            await loop.create_connection(lambda: end.other, HOST, self.port)
        except OSError:
            end.transport.abort()
        else:
            if end in self.ends:
                end.transport.resume_reading()
            else:
                end.other.transport.abort()

    async def stop(self, server: asyncio.Server) -> None:
        """Drop all connections, and what is under way."""
        server.close()
        await asyncio.gather(*self.connecting)
        for end in list(self.ends):
            end.transport.abort()
        while self.ends:
            await asyncio.sleep(0)


class End(asyncio.Protocol):
    """One end of a connection: what is heard here is said at the other end, later."""

    def __init__(self, relay: Relay) -> None:
        self.relay = relay
        self.other: End | None = None
        self.under_way: deque[Callable[[], Any]] = deque()

    def connection_made(self, transport):
        """Talk on; a client waits until there is someone to talk to."""
        self.transport = transport
        self.relay.ends.add(self)
        if self.other is None or self.other not in self.relay.ends:
            transport.pause_reading()

    def data_received(self, data):
        """Pass on what is heard."""
        self._later(lambda: self.other.transport.write(data))

    def eof_received(self):
        """Pass on that no more is said at this end, which may still listen."""
        self._later(lambda: self.other.transport.write_eof())
        return True

    def connection_lost(self, exc):
        """Pass on that there is nobody at this end."""
        self.relay.ends.discard(self)
        if self.other in self.relay.ends:
            self._later(lambda: self.other.transport.close())

    def _later(self, act):
        """Act when it is due; two things that are due at the same time keep their order."""
        self.under_way.append(act)
        asyncio.get_running_loop().call_later(
            self.relay.seconds, lambda: self.under_way.popleft()()
        )
