// The part of SVOX Pico's C interface (picoapi.h) that engine.ts uses, as Emscripten exports it: every pointer is an
// offset into the module's memory, every result a status code.

declare module '@echogarden/svoxpico-wasm' {
  export type PicoModule = {
    HEAPU8: Uint8Array
    FS: { writeFile(path: string, bytes: Uint8Array): void; unlink(path: string): void }
    _malloc(bytes: number): number
    _free(pointer: number): void
    _pico_initialize(memory: number, bytes: number, system: number): number
    _pico_loadResource(system: number, path: number, resource: number): number
    _pico_getResourceName(system: number, resource: number, name: number): number
    _pico_createVoiceDefinition(system: number, name: number): number
    _pico_addResourceToVoiceDefinition(system: number, voice: number, resource: number): number
    _pico_newEngine(system: number, voice: number, engine: number): number
    _pico_putTextUtf8(engine: number, text: number, bytes: number, taken: number): number
    _pico_getData(engine: number, out: number, bytes: number, received: number, type: number): number
  }
  export default function createPico(options: { wasmBinary: Uint8Array }): Promise<PicoModule>
}
