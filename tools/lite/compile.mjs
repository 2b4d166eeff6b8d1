// Runs compile.py in Pyodide, whose version of Python compiles what it will load.
//     node compile.mjs FOLDER_OF_PYODIDE FOLDER
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const [home, folder] = process.argv.slice(2);
const { loadPyodide } = await import(pathToFileURL(`${home}/pyodide.mjs`));
const pyodide = await loadPyodide();
pyodide.mountNodeFS("/wheels", folder);
pyodide.runPython(readFileSync(new URL("compile.py", import.meta.url), "utf8"));
