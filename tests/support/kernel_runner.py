"""Run by Pyodide in Node: uses the kernel as JupyterLite's worker does, and keeps the outputs."""

import json
from types import SimpleNamespace

import ipywidgets
import pyodide_kernel

kernel = pyodide_kernel.kernel_instance
shell = kernel.interpreter
outputs = []


def stream(name, text):
    before = outputs[-1] if outputs else None
    if before and before["output_type"] == "stream" and before["name"] == name:
        before["text"] += text
    else:
        outputs.append({"output_type": "stream", "name": name, "text": text})


def shown(data, metadata, transient=None):
    outputs.append({"output_type": "display_data", "data": data})


def result(count, data, metadata):
    outputs.append({"output_type": "execute_result", "data": data})


def begin():
    """Begin another notebook, with an empty namespace."""
    ipywidgets.Widget.close_all()
    shell.reset()


async def run(cell, source):
    """Run a cell; returns its outputs as JSON."""
    outputs.clear()
    kernel._parent_header = {"metadata": {"cellId": cell}}
    told = await kernel.run(source)
    if told["status"] == "error":
        said = {key: told[key] for key in ("ename", "evalue", "traceback")}
        outputs.append({"output_type": "error", **said})
    return json.dumps(outputs, default=str)


pyodide_kernel.stdout_stream.publish_stream_callback = stream
pyodide_kernel.stderr_stream.publish_stream_callback = stream
shell.display_pub.display_data_callback = shown
shell.displayhook.publish_execution_result = result
shell.send_comm = lambda *_: None
SimpleNamespace(begin=begin, run=run)
