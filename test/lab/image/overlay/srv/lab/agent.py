#!/usr/bin/env python3
"""Runs the commands that the lab sends over a virtio-serial port.

One JSON object a line: {"id", "command", "input" (base64), "seconds"}; or {"id", "socket", "line", "seconds"} to
send one line to a Unix socket and take one back; or {"id", "file", "from", "seconds"} to read a file. The answer
carries the same id, so commands run side by side and answer in any order. It is Python because the guest of a "fresh machine" scenario
must not have Node on its PATH, and because it starts in 0.1 s under emulation, where Node takes a second.
"""

import base64
import fcntl
import json
import os
import signal
import socket
import subprocess
import threading
import time

PORT = "/dev/virtio-ports/lab.agent"
RNDADDENTROPY = 0x40085203
ENVIRONMENT = {
    "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    "HOME": "/root",
    "LANG": "C.UTF-8",
    "DEBIAN_FRONTEND": "noninteractive",
}


def run(request):
    child = subprocess.Popen(
        ["/bin/sh", "-c", request["command"]],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd="/root",
        env=ENVIRONMENT,
        start_new_session=True,
    )
    timed_out = False
    try:
        out, err = child.communicate(base64.b64decode(request.get("input", "")), timeout=request["seconds"])
    except subprocess.TimeoutExpired:
        timed_out = True
        os.killpg(child.pid, signal.SIGKILL)
        out, err = child.communicate()
    return answer_of(request, child.returncode, out, err, timed_out)


def answer_of(request, code, out, err, timed_out=False):
    return {
        "id": request["id"],
        "code": code,
        "stdout": base64.b64encode(out).decode(),
        "stderr": base64.b64encode(err).decode(),
        "timedOut": timed_out,
    }


def ask(request):
    """Saves a scenario the 0.2 s that a process for each word to the simulator would cost."""
    try:
        with socket.socket(socket.AF_UNIX) as peer:
            peer.settimeout(request["seconds"])
            peer.connect(request["socket"])
            peer.sendall(request["line"].encode() + b"\n")
            with peer.makefile("rb") as answers:
                return answer_of(request, 0, answers.readline(), b"")
    except OSError as error:
        return answer_of(request, 1, b"", str(error).encode())


def read(request):
    """A file from an offset on; waits until it has more than that, at most for the given time (0: not at all)."""
    end = time.monotonic() + request["seconds"]
    while True:
        content = missing = b""
        try:
            # The size of what the kernel makes up when it is read (/proc, /sys) is 0.
            if request["from"] == 0 or os.stat(request["file"]).st_size > request["from"]:
                with open(request["file"], "rb") as file:
                    file.seek(request["from"])
                    content = file.read()
        except OSError as error:
            missing = str(error).encode()
        if content or time.monotonic() >= end:
            return answer_of(request, 1 if missing else 0, content, missing)
        time.sleep(0.1)


def wake(request):
    """A guest restored from a snapshot has the clock and the random state of the day it was saved."""
    seconds = request["epochSeconds"]
    time.clock_settime(time.CLOCK_REALTIME, seconds)
    seed = base64.b64decode(request["seed"])
    with open("/dev/urandom", "wb") as device:
        pool = len(seed) * 8
        fcntl.ioctl(device, RNDADDENTROPY, pool.to_bytes(4, "little") + len(seed).to_bytes(4, "little") + seed)
    return answer_of(request, 0, b"", b"")


def serve(port, lock, line):
    request = json.loads(line)
    kinds = {"socket": ask, "file": read, "epochSeconds": wake, "command": run}
    answer = next(answer for kind, answer in kinds.items() if kind in request)(request)
    data = json.dumps(answer).encode() + b"\n"
    with lock:
        while data:
            data = data[os.write(port, data) :]


def main():
    port = os.open(PORT, os.O_RDWR)
    lock = threading.Lock()
    rest = b""
    while True:
        data = os.read(port, 65536)
        if not data:  # nobody is connected on the host's side
            rest = b""
            time.sleep(0.05)
            continue
        *lines, rest = (rest + data).split(b"\n")
        for line in lines:
            threading.Thread(target=serve, args=(port, lock, line), daemon=True).start()


main()
