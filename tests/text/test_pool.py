"""The children that render: they die alone, leave nothing behind, and hold no secret."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from peernet.text import child as protocol
from peernet.text.markdown import LABELS, TooHeavy, render
from peernet.text.pool import Child, Died, Pool, close, pool

OPTIONS = {"prefix": "c-", "top": 2, "trusted": False, "links": {}, "images": {}, "labels": LABELS}
REQUEST = {"source": "*a*", "options": OPTIONS}
HEAVY = {"source": ("[" * 190 + "\n\n") * 1000, "options": OPTIONS}


@pytest.fixture
def one():
    made = Pool(1)
    yield made
    made.close()


@pytest.fixture(autouse=True)
def _little_time(monkeypatch):
    monkeypatch.setattr("peernet.text.pool.CPU_SECONDS", 0.5)


def pids(made):
    return {child.process.pid for child in made._children}


def exists(pid):
    return Path(f"/proc/{pid}").exists()


def test_a_child_is_used_again(one):
    first = one.ask(REQUEST)
    before = pids(one)
    assert one.ask(REQUEST) == first
    assert pids(one) == before


def test_a_child_of_a_large_process_is_used_again(one):
    large = b"x" * 250_000_000
    one.ask(REQUEST)
    before = pids(one)
    one.ask(REQUEST)
    assert (len(large), pids(one)) == (250_000_000, before)


def test_a_child_that_spends_its_time_is_replaced(one):
    one.ask(REQUEST)
    (before,) = pids(one)
    begin = time.perf_counter()
    with pytest.raises(Died):
        one.ask(HEAVY)
    assert time.perf_counter() - begin < 30
    assert not exists(before)
    assert one.ask(REQUEST)["rendered"]["html"] == "<p><em>a</em></p>"
    assert pids(one) != {before}


def test_a_child_that_was_killed_while_idle_is_replaced(one):
    one.ask(REQUEST)
    (before,) = one._children
    os.kill(before.process.pid, signal.SIGKILL)
    before.process.wait()
    assert one.ask(REQUEST)["rendered"]["html"] == "<p><em>a</em></p>"


def test_a_child_that_stands_still_is_killed(one, monkeypatch):
    monkeypatch.setattr("peernet.text.pool.WALL_SECONDS", 0.3)
    one.ask(REQUEST)
    (before,) = pids(one)
    os.kill(before, signal.SIGSTOP)
    with pytest.raises(Died):
        one.ask(REQUEST)
    assert not exists(before)


def test_a_child_retires_after_much_work(one, monkeypatch):
    child = Child()
    child.process.poll()
    child.retires = True
    assert not child.is_alive
    child.end()
    assert not exists(child.process.pid)


def test_memory_is_bounded(one):
    amplified = {"source": "[a]: /" + "x" * 90_000 + "\n\n" + "[a] " * 25_000, "options": OPTIONS}
    try:
        answer = one.ask(amplified)
    except Died:
        return
    assert answer.get("heavy")


def test_many_threads_share_a_few_children():
    shared, wrong = Pool(2), []

    def work(number):
        answer = shared.ask(REQUEST | {"source": f"**{number}**"})
        if answer["rendered"]["html"] != f"<p><strong>{number}</strong></p>":
            wrong.append(number)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(40)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert len(pids(shared)) <= 2
    shared.close()


def test_a_child_sees_no_secret(monkeypatch):
    monkeypatch.setenv("PEERNET_SECRET_KEY", "hidden")
    child = Child()
    assert b"hidden" not in Path(f"/proc/{child.process.pid}/environ").read_bytes()
    limits = Path(f"/proc/{child.process.pid}/limits").read_text()
    assert str(protocol.MEMORY_BYTES) in limits
    child.end()


def run(code):
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False)


def test_no_child_outlives_its_parent():
    done = run(
        "from peernet.text.markdown import render\nfrom peernet.text.pool import pool\n"
        "render('a')\nprint([c.process.pid for c in pool()._children][0])"
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert not exists(int(done.stdout))


def test_no_child_outlives_a_parent_that_is_killed():
    done = run(
        "import os, signal\nfrom peernet.text.markdown import render\nfrom peernet.text.pool import pool\n"
        "render('a')\nprint([c.process.pid for c in pool()._children][0], flush=True)\n"
        "os.kill(os.getpid(), signal.SIGKILL)"
    )
    deadline = time.monotonic() + 10
    while exists(int(done.stdout)) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not exists(int(done.stdout))


def test_a_forked_process_makes_children_of_its_own():
    done = run(
        "import os\nfrom peernet.text.markdown import render\nrender('a')\n"
        "if os.fork() == 0:\n    print(render('*b*').html, flush=True)\n    os._exit(0)\n"
        "print(os.wait()[1], render('*c*').html)"
    )
    assert done.stdout.split("\n")[:2] == ["<p><em>b</em></p>", "0 <p><em>c</em></p>"]
    assert done.stderr == ""


def test_the_same_text_gives_the_same_html_in_every_process():
    source = "- [x] a\n\n| b |\n|:-:|\n| c |\n\n![d](/e 'f')[^1]\n\n[^1]: g"
    made = set()
    for _ in range(4):
        close()
        made.add(render(source).html)
    assert len(made) == 1


def test_a_refusal_leaves_the_pool_whole():
    for _ in range(2 * pool().size):
        with pytest.raises(TooHeavy):
            render(HEAVY["source"])
    assert pool()._idle.qsize() == pool().size
