// Runs a test program built for wasm32-unknown-unknown: node tools/run_wasm.mjs FILE
//
// Such a program can not print. A test that fails is a trap, whose stack names the test.
import { readFile } from "node:fs/promises";

Error.stackTraceLimit = 40;
const { instance } = await WebAssembly.instantiate(await readFile(process.argv[2]));
const code = instance.exports.main(0, 0);
console.log(`${process.argv[2]}: ${code === 0 ? "ok" : `exit code ${code}`}`);
process.exit(code);
