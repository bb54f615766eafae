// node bytecode.mjs PYODIDE CODE WITH_SOURCE ARCHIVE…: compiles archives in place, by CODE (`bytecode.py`), which the Python
// for the browser runs.
import { readFileSync, writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const [core, code, withSource, ...archives] = process.argv.slice(2);
try {
  const { loadPyodide } = await import(pathToFileURL(`${core}/pyodide.mjs`));
  // Which column of a line a step stands at is a third of the code's size, and no error of a page shows it.
  const python = await loadPyodide({ indexURL: core, args: ["-X", "no_debug_ranges"] });
  python.runPython(readFileSync(code, "utf8"));
  const compile = python.globals.get("compile_archive");
  for (const archive of archives) {
    python.FS.writeFile("/given.zip", readFileSync(archive));
    compile("/given.zip", "/made.zip", python.toPy(withSource.split(",")));
    writeFileSync(archive, python.FS.readFile("/made.zip"));
  }
} catch (error) {
  // Left to itself Node shows the line where it broke, and Pyodide is one line.
  console.error(String(error));
  process.exit(1);
}
process.exit(0);
