"""Runs a Python program that ends when standard input ends, with all it started and its TMPDIR."""

import os
import runpy
import shutil
import signal
import sys
import threading


def hold():
    os.read(0, 1)
    shutil.rmtree(os.environ["TMPDIR"], ignore_errors=True)
    os.killpg(0, signal.SIGKILL)


threading.Thread(target=hold, daemon=True).start()
sys.argv = sys.argv[1:]
runpy.run_path(sys.argv[0], run_name="__main__")
