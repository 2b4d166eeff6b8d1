"""How many bytes a process has sent over TCP, as Linux counts them."""

import os
import socket
import struct
import sys
from contextlib import suppress
from pathlib import Path

# struct tcp_info of Linux: the counter stands at this place since Linux 4.19.
BYTES_SENT = struct.Struct("200x Q")


def bytes_sent() -> int | None:
    """Return the bytes of data that this process has sent over its open TCP connections.

    Headers of TCP and IP are not counted. What was sent again, because it was lost, is.

    Returns
    -------
    int or None
        None where the system does not tell, which is everywhere but on Linux.

    Examples
    --------
    >>> before = bytes_sent()
    >>> before is None or bytes_sent() - before
    0
    """
    if sys.platform != "linux":
        return None
    total = 0
    for name in os.listdir("/proc/self/fd"):
        with suppress(OSError):  # closed since it was listed, or not of TCP
            if not os.readlink(Path("/proc/self/fd", name)).startswith("socket:"):
                continue
            with socket.socket(fileno=os.dup(int(name))) as copy:
                info = copy.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, BYTES_SENT.size)
            if len(info) < BYTES_SENT.size:
                return None  # a Linux before 4.19
            total += BYTES_SENT.unpack(info)[0]
    return total


def sent_since(before: int | None) -> int | None:
    """Return the bytes sent since `bytes_sent` returned `before`."""
    after = bytes_sent()
    return None if before is None or after is None else after - before
