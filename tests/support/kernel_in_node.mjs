// The kernel of a browser's notebooks in Node: `node kernel_in_node.mjs CORE RUNNER JOBS`. JOBS is a file: the list of
// wheels, what is not loaded at once, the environment, and notebooks, { name: [[id of a cell, its source], …] }. What each cell
// has shown is a line of JSON on standard output.
import { readFileSync, writeSync } from "node:fs";
import { pathToFileURL } from "node:url";

const [core, runner, file] = process.argv.slice(2);
const { list, left_out, env, notebooks } = JSON.parse(readFileSync(file));
const tell = (line) => writeSync(1, `${JSON.stringify(line)}\n`);
const began = performance.now();
const seconds = () => Math.round(performance.now() - began) / 1000;

try {
  const { loadPyodide } = await import(pathToFileURL(`${core}/pyodide.mjs`));
  const packages = Object.keys(JSON.parse(readFileSync(list)).packages).filter((name) => !left_out.includes(name));
  const python = await loadPyodide({ indexURL: `${core}/`, lockFileURL: list, packages, env, stdout: () => {} });
  const kernel = python.runPython(readFileSync(runner, "utf8"));
  for (const [name, cells] of Object.entries(notebooks)) {
    kernel.begin();
    for (const [number, [id, source]] of cells.entries()) {
      const outputs = JSON.parse(await kernel.run(id, source));
      tell({ name, number, outputs, at: seconds() });
    }
  }
} catch (error) {
  // Never the stack: Node would print the line of the glue that it stands in, a megabyte.
  tell({ failed: error.message });
  process.exitCode = 1;
}
