"""An IMAP server with one user and as much of RFC 3501, 4315 and 6851 as a program needs that reads mail."""

import re
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Mailbox:
    """What the server holds: messages by their UID in each folder, which of them are deleted, and what it was told."""

    port: int = 0
    capabilities: str = "IMAP4rev1 UIDPLUS MOVE"
    folders: dict[str, dict[int, bytes]] = field(default_factory=lambda: {"INBOX": {}})
    deleted: set[int] = field(default_factory=set)
    commands: list[str] = field(default_factory=list)
    next_uid: int = 1
    # Called before each command; may raise ConnectionAbortedError to hang up.
    before: Any = None

    def put(self, data: bytes, folder: str = "INBOX") -> int:
        """Deliver a message."""
        uid, self.next_uid = self.next_uid, self.next_uid + 1
        self.folders[folder][uid] = data
        return uid


class _Handler(socketserver.StreamRequestHandler):
    is_in = False

    def handle(self) -> None:
        self.say("* OK ready")
        try:
            while line := self.rfile.readline():
                tag, _space, command = line.decode().strip().partition(" ")
                if self.answer(tag, command):
                    return
        except ConnectionError:
            return

    def answer(self, tag: str, command: str) -> bool:
        box: Mailbox = self.server.box
        box.commands.append(command.partition(" ")[0] if command.startswith("LOGIN") else command)
        if box.before:
            box.before(command)
        name = command.removeprefix("UID ").partition(" ")[0].upper()
        result = getattr(self, f"do_{name.lower()}", lambda _box, _command: "BAD unknown")(box, command)
        self.say(f"{tag} {result or 'OK done'}")
        return name == "LOGOUT"

    def say(self, line: str) -> None:
        self.wfile.write(line.encode() + b"\r\n")

    def do_capability(self, box: Mailbox, _command: str) -> None:
        """Before a sign-in a server tells less."""
        self.say(f"* CAPABILITY {box.capabilities if self.is_in else 'IMAP4rev1'}")

    def do_login(self, _box: Mailbox, command: str) -> str:
        self.is_in = command == 'LOGIN peernet "secret"'
        return "OK in" if self.is_in else "NO wrong password"

    def do_select(self, box: Mailbox, command: str) -> str:
        self.folder = re.search(r'"(.*)"', command)[1]
        if self.folder not in box.folders:
            return "NO there is no such folder"
        self.say(f"* {len(box.folders[self.folder])} EXISTS")
        return "OK selected"

    def do_search(self, box: Mailbox, _command: str) -> None:
        uids = [str(uid) for uid in box.folders[self.folder] if uid not in box.deleted]
        self.say(f"* SEARCH {' '.join(uids)}".strip())

    def do_fetch(self, box: Mailbox, command: str) -> None:
        uid, most = (int(number) for number in re.search(r"FETCH (\d+) .*<0\.(\d+)>", command).groups())
        whole = box.folders[self.folder][uid]
        part = whole[:most]
        self.wfile.write(f"* 1 FETCH (UID {uid} RFC822.SIZE {len(whole)} BODY[]<0> {{{len(part)}}}\r\n".encode() + part)
        self.say(")")

    def do_store(self, box: Mailbox, command: str) -> None:
        box.deleted.add(int(command.split()[2]))

    def do_expunge(self, box: Mailbox, command: str) -> None:
        wanted = {int(command.split()[2])} if command.startswith("UID") else set(box.deleted)
        for uid in wanted & box.deleted:
            box.folders[self.folder].pop(uid)
        box.deleted -= wanted

    def do_copy(self, box: Mailbox, command: str) -> str:
        target = re.search(r'"(.*)"', command)[1]
        if target not in box.folders:
            return "NO [TRYCREATE] there is no such folder"
        box.put(box.folders[self.folder][int(command.split()[2])], target)
        return "OK copied"

    def do_move(self, box: Mailbox, command: str) -> str:
        said = self.do_copy(box, command)
        if said.startswith("OK"):
            box.folders[self.folder].pop(int(command.split()[2]))
        return said

    def do_create(self, box: Mailbox, command: str) -> None:
        box.folders[re.search(r'"(.*)"', command)[1]] = {}

    def do_logout(self, _box: Mailbox, _command: str) -> None:
        self.say("* BYE")


@contextmanager
def serve() -> Iterator[Mailbox]:
    """A server on a free port of this machine, for as long as the block lasts."""
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Handler) as server:
        server.daemon_threads = True
        server.box = Mailbox(port=server.server_address[1])
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield server.box
        server.shutdown()
        thread.join()
