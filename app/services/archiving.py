"""Archives that are sent while they are made."""

from __future__ import annotations

import io


class Sink(io.RawIOBase):
    """What the archive is written to: gives it away in pieces, and cannot go back."""

    def __init__(self) -> None:
        self.pieces: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, piece: object) -> int:
        self.pieces.append(bytes(piece))  # type: ignore[call-overload]
        return len(self.pieces[-1])

    def take(self) -> bytes:
        """What was written since the last time."""
        taken, self.pieces = b"".join(self.pieces), []
        return taken
