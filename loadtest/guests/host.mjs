// Just enough of a Proxy-Wasm host to run a guest in Node's V8: host.mjs MODULE CONFIGURATION
import { readFileSync } from "node:fs";
import { WASI } from "node:wasi";

const [file, configuration] = process.argv.slice(2);
const module = new WebAssembly.Module(readFileSync(file));
const wasi = new WASI({ version: "preview1", returnOnExit: true });
let memory;

const view = () => new DataView(memory.buffer);
const env = {
  proxy_log(level, text, size) {
    console.log(new TextDecoder().decode(new Uint8Array(memory.buffer, text, size)));
    return 0;
  },
  proxy_get_current_time_nanoseconds(at) {
    view().setBigUint64(at, process.hrtime.bigint(), true);
    return 0;
  },
  proxy_get_buffer_bytes(kind, start, most, dataAt, sizeAt) {
    const bytes = new TextEncoder().encode(configuration);
    const at = (exports.malloc ?? exports.proxy_on_memory_allocate)(bytes.length);
    new Uint8Array(memory.buffer).set(bytes, at);
    view().setUint32(dataAt, at, true);
    view().setUint32(sizeAt, bytes.length, true);
    return 0;
  },
};

const needsWasi = WebAssembly.Module.imports(module).some((i) => i.module === "wasi_snapshot_preview1");
const imports = needsWasi ? { env, ...wasi.getImportObject() } : { env };
const instance = new WebAssembly.Instance(module, imports);
const { exports } = instance;
memory = exports.memory;
if (needsWasi) {
  wasi.initialize(instance);
}
exports.proxy_on_context_create(1, 0);
exports.proxy_on_configure(1, configuration.length);
