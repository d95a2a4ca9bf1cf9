// Takes the 8 kHz half of Silero VAD (v5 or v6, the same graph) out of its ONNX file and writes the weights that
// src/audio/silero.ts reads. Run by hand when the model changes, never by a build or a test:
//
//   bun wasm/vad/extract.ts silero_vad_v6.onnx assets/models/silero-vad-8k.bin
//
// An ONNX file is a protobuf. Only what leads to the weights is read: ModelProto.graph (7) → GraphProto.node (1) →
// NodeProto.attribute (5) → AttributeProto.g (6, the branches of `If`) and .t (5, a constant).
// https://github.com/onnx/onnx/blob/main/onnx/onnx.proto

import { readFileSync, writeFileSync } from 'node:fs'

type Field = { id: number; bytes: Uint8Array; value: number }

/** Fields of one protobuf message. Values beyond 2^53 lose digits; no weight is one. */
function fieldsOf(bytes: Uint8Array): Field[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const fields: Field[] = []
  let at = 0
  const varint = () => {
    let value = 0
    for (let scale = 1; ; scale *= 128) {
      const byte = view.getUint8(at++)
      value += (byte & 127) * scale
      if (byte < 128) return value
    }
  }
  while (at < bytes.length) {
    const key = varint()
    const type = key % 8
    let value = 0
    let length = 0
    if (type === 0) value = varint()
    else length = type === 2 ? varint() : type === 5 ? 4 : 8
    fields.push({ id: Math.floor(key / 8), bytes: bytes.subarray(at, at + length), value })
    at += length
  }
  return fields
}

const first = (fields: Field[], id: number) => fields.find((field) => field.id === id)
const textOf = (field: Field | undefined) => new TextDecoder().decode(field?.bytes)

/** Every float constant of a graph and of its branches, by name; `branch` picks which side of the outer `If`. */
function collect(graph: Uint8Array, branch: string, into: Map<string, Float32Array>): void {
  for (const node of fieldsOf(graph).filter(({ id }) => id === 1)) {
    for (const { bytes } of fieldsOf(node.bytes).filter(({ id }) => id === 5)) {
      const attribute = fieldsOf(bytes)
      const inner = first(attribute, 6)
      if (inner !== undefined && textOf(first(attribute, 1)) === branch) collect(inner.bytes, branch, into)
      const constant = first(attribute, 5)
      if (constant === undefined) continue
      const tensor = fieldsOf(constant.bytes)
      const raw = first(tensor, 9)
      // 1 is FLOAT.
      if (first(tensor, 2)?.value !== 1 || raw === undefined) continue
      into.set(textOf(first(tensor, 8)), new Float32Array(new Uint8Array(raw.bytes).buffer))
    }
  }
}

/** A weight by its name, whose shape must be the one the kernel is written for. */
function weight(name: string, ...shape: number[]): Float32Array {
  const tensor = tensors.get(name)
  if (tensor?.length !== shape.reduce((a, b) => a * b)) {
    throw new Error(`${name} has ${tensor?.length} weights, ${shape.join(' × ')} are needed`)
  }
  return tensor
}

/** Taps `wanted` of a convolution [outputs][inputs][3]; the others only ever meet the padding. */
function taps(data: Float32Array, ...wanted: number[]): Float32Array {
  const out = new Float32Array((data.length / 3) * wanted.length)
  for (let i = 0; i < data.length / 3; i++) {
    for (const [k, tap] of wanted.entries()) out[i * wanted.length + k] = data[3 * i + tap]!
  }
  return out
}

/** The kernel computes the spectrum by a periodic Hann window and sines: the model's own basis is that. */
function checkBasis(basis: Float32Array): void {
  let worst = 0
  for (let k = 0; k <= 64; k++) {
    for (let n = 0; n < 128; n++) {
      const hann = 0.5 - 0.5 * Math.cos((2 * Math.PI * n) / 128)
      const angle = (2 * Math.PI * k * n) / 128
      worst = Math.max(worst, Math.abs(basis[k * 128 + n]! - hann * Math.cos(angle)))
      worst = Math.max(
        worst,
        Math.abs(Math.abs(basis[(65 + k) * 128 + n]!) - Math.abs(hann * Math.sin(angle))),
      )
    }
  }
  if (worst > 1e-5) throw new Error(`the basis is not a Hann spectrum: ${worst}`)
}

const [from, to] = Bun.argv.slice(2)
if (from === undefined || to === undefined)
  throw new Error('usage: bun wasm/vad/extract.ts <in.onnx> <out.bin>')
const tensors = new Map<string, Float32Array>()
const graph = first(fieldsOf(readFileSync(from)), 7)
if (graph === undefined) throw new Error(`${from} has no graph`)
// `If` asks whether the rate is 16 kHz: the other branch is ours.
collect(graph.bytes, 'else_branch', tensors)
checkBasis(weight('stft.forward_basis_buffer', 130, 128))
const inputBias = weight('decoder.rnn.bias_ih', 512)
const stateBias = weight('decoder.rnn.bias_hh', 512)
const parts = [
  weight('encoder.0.reparam_conv.weight', 128, 65, 3),
  weight('encoder.0.reparam_conv.bias', 128),
  weight('encoder.1.reparam_conv.weight', 64, 128, 3),
  weight('encoder.1.reparam_conv.bias', 64),
  taps(weight('encoder.2.reparam_conv.weight', 64, 64, 3), 1, 2),
  weight('encoder.2.reparam_conv.bias', 64),
  taps(weight('encoder.3.reparam_conv.weight', 128, 64, 3), 1),
  weight('encoder.3.reparam_conv.bias', 128),
  weight('decoder.rnn.weight_ih', 512, 128),
  weight('decoder.rnn.weight_hh', 512, 128),
  inputBias.map((value, i) => value + stateBias[i]!),
  weight('decoder.decoder.2.weight', 1, 128),
  weight('decoder.decoder.2.bias', 1),
]
const out = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0))
let at = 0
for (const part of parts) {
  out.set(part, at)
  at += part.length
}
writeFileSync(to, new Uint8Array(out.buffer))
process.stdout.write(`${to}: ${out.length} weights\n`)
