"""A mail server on this machine that takes, refuses or breaks off, as it is told."""

from __future__ import annotations

import socket
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any, ClassVar, cast


class MailServer(socketserver.ThreadingTCPServer):
    """Keeps what it took.

    Parameters
    ----------
    answers : mapping
        Command → answer instead of the usual one; ``"drop"`` breaks the line. ``END`` stands for
        the end of the letter.
    """

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, answers: dict[str, str]) -> None:
        super().__init__(("127.0.0.1", 0), _Line)
        self.answers = answers
        self.taken: list[tuple[str, str, bytes]] = []
        self.logins: list[str] = []

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.server_address[1]}?from=office@town.example"

    def letters(self) -> list[EmailMessage]:
        return [
            cast(EmailMessage, message_from_bytes(data, policy=policy.default))
            for _, _, data in self.taken
        ]


class _Line(socketserver.StreamRequestHandler):
    USUAL: ClassVar = {
        "EHLO": "250-here\r\n250 AUTH PLAIN", "HELO": "250 here", "MAIL": "250 ok", "RCPT": "250 ok",
        "DATA": "354 go on", "END": "250 taken", "QUIT": "221 bye", "RSET": "250 ok",
        "AUTH": "235 ok", "NOOP": "250 ok",
    }  # fmt: skip

    def handle(self) -> None:
        self.mail: list[str] = []
        with suppress(ConnectionError):
            if not self.says("BEGIN", "220 ready"):
                return
            while line := self.rfile.readline(4096):
                if not self.obeys(line.decode().strip()):
                    return

    def obeys(self, line: str) -> bool:
        verb = line[:4].upper()
        server = cast(MailServer, self.server)
        if verb in {"MAIL", "RCPT"}:
            self.mail.append(line.partition("<")[2].partition(">")[0])
        if verb == "AUTH":
            server.logins.append(line)
        if not self.says(verb, self.USUAL.get(verb, "500 what")):
            return False
        return verb != "QUIT" and (verb != "DATA" or "DATA" in server.answers or self.letter())

    def letter(self) -> bool:
        lines = iter(lambda: self.rfile.readline(1 << 16), b".\r\n")
        data = b"".join(line[1:] if line.startswith(b"..") else line for line in lines)
        server = cast(MailServer, self.server)
        answer = server.answers.get("END", "250 taken")
        if answer.startswith("250") or answer == "drop":  # it may well have arrived
            server.taken.append((self.mail[-2], self.mail[-1], data))
        return self.says("END", "250 taken")

    def says(self, verb: str, usual: str) -> bool:
        answer = cast(MailServer, self.server).answers.get(verb, usual)
        if answer == "drop":
            self.request.shutdown(socket.SHUT_RDWR)
            return False
        self.wfile.write(answer.encode() + b"\r\n")
        return True


@contextmanager
def mail_server(settings: Any, **answers: str) -> Iterator[MailServer]:
    """Give a running server, named by the settings."""
    with MailServer(answers) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        settings.CONVIVE_SMTP = server.url
        settings.CONVIVE_ADDRESS = "https://security.town.example"
        yield server
        server.shutdown()
