"""A mail server of our own: it takes messages, refuses them, says nothing for a while, or is not there."""

from __future__ import annotations

import socketserver
import threading
import time
from collections import Counter
from typing import Any


class Mailbox:
    """``with Mailbox() as box``: an SMTP server at ``box.url``. ``box.mood`` is "well", "refusing" or "silent"."""

    def __init__(self) -> None:
        self.taken: Counter[str] = Counter()
        """Message-ID → how often it was taken"""
        self.mood = "well"
        box = self

        class Talk(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                box.talk(self)

        class Listening(socketserver.ThreadingTCPServer):
            allow_reuse_address = True
            daemon_threads = True

        self.server = Listening(("127.0.0.1", 0), Talk)
        self.url = f"smtp://127.0.0.1:{self.server.server_address[1]}"

    def __enter__(self) -> Mailbox:
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_error: Any) -> None:
        self.server.shutdown()
        self.server.server_close()

    def talk(self, with_: socketserver.StreamRequestHandler) -> None:
        """RFC 5321, as much of it as smtplib says."""

        def say(text: str) -> None:
            with_.wfile.write(text.encode() + b"\r\n")

        try:
            if self.mood == "silent":
                time.sleep(30)
                return
            say("220 ready")
            while line := with_.rfile.readline():
                word = line[:4].upper().strip()
                if word == b"EHLO":
                    say("250 mailbox")
                elif word == b"DATA":
                    say("354 go on")
                    name = ""
                    while (part := with_.rfile.readline()) not in (b".\r\n", b""):
                        if part.lower().startswith(b"message-id:"):
                            name = part.split(b":", 1)[1].strip().decode()
                    if part:
                        self.taken[name] += 1
                        say("250 taken")
                elif word == b"QUIT":
                    say("221 goodbye")
                    return
                elif self.mood == "refusing":
                    say("451 try again later")
                else:
                    say("250 fine")
        except OSError:
            return
