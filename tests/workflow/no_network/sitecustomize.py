"""Every Python started with this folder on its path refuses the network and notes the attempt."""

import os
import sys
from pathlib import Path

NAMED = {"socket.getaddrinfo", "socket.gethostbyname"}
SENT = {"socket.connect", "socket.sendmsg", "socket.sendto"}


def refuse_network(event: str, arguments: tuple[object, ...]) -> None:
    """Refuse to look up a name, to connect and to send, except to a socket that is a file."""
    to_a_file = len(arguments) > 1 and isinstance(arguments[1], str | bytes)
    if event not in NAMED and (event not in SENT or to_a_file):
        return
    with Path(os.environ["NETWORK_CALLS"]).open("a", encoding="utf-8") as file:
        file.write(f"{event}\n")
    raise PermissionError("no network here")


sys.addaudithook(refuse_network)
