// Silero VAD at 8 kHz (the graph of v5 and v6), one window of 256 samples: spectrum, four convolutions, one LSTM
// cell, one probability. WebAssembly SIMD, no libc, no allocation; what a call remembers is its `Stream`.
// src/audio/silero.ts lays the weights out and owns the memory. Build: wasm/build.sh vad
#include <stdint.h>
#include <wasm_simd128.h>

#define EXPORT(name) __attribute__((export_name(#name), visibility("default")))

enum { window = 256, context = 32, bins = 65, hidden = 128 };

/** Outputs of a dense layer come in blocks of 16: weights[outputs / 16][inputs][16]. All pointers align to 16. */
typedef struct {
  const float *cosines, *sines;     // [bins][64], of a Hann window's samples 1 to 64
  const float *weights0, *bias0;    // [128][bins × 3], rows as they are
  const float *weights1, *bias1;    // 384 → 64
  const float *weights2, *bias2;    // 128 → 64
  const float *weights3, *bias3;    // 64 → 128
  const float *gates, *gates_bias;  // 128 inputs and 128 of state → input, forget, cell, output, 128 each
  const float *out;                 // 128 weights and a bias
} Model;

/** What one call remembers: 0 is the beginning of a call. */
typedef struct {
  float context[context]; // the end of the window before
  float h[hidden], c[hidden];
} Stream;

typedef v128_t v4;
#define LOAD(at) wasm_v128_load(at)
#define SPLAT(at) wasm_v128_load32_splat(at)
#define MAC(sum, a, b) sum = wasm_f32x4_add(sum, wasm_f32x4_mul(a, b))

static inline v4 relu(v4 x) { return wasm_f32x4_max(x, wasm_f32x4_splat(0)); }

/** e^x within 2e-7 of it, for |x| up to 87 and clamped beyond (Cephes' polynomial). */
static inline v4 exp4(v4 x) {
  x = wasm_f32x4_max(wasm_f32x4_min(x, wasm_f32x4_splat(87.0f)), wasm_f32x4_splat(-87.0f));
  v4 n = wasm_f32x4_nearest(wasm_f32x4_mul(x, wasm_f32x4_splat(1.44269504f)));
  MAC(x, n, wasm_f32x4_splat(-0.693359375f));
  MAC(x, n, wasm_f32x4_splat(2.12194440e-4f));
  v4 y = wasm_f32x4_splat(1.9875691500e-4f);
#define TERM(value) y = wasm_f32x4_add(wasm_f32x4_mul(y, x), wasm_f32x4_splat(value))
  TERM(1.3981999507e-3f); TERM(8.3334519073e-3f); TERM(4.1665795894e-2f); TERM(1.6666665459e-1f); TERM(0.5f);
  y = wasm_f32x4_add(wasm_f32x4_add(wasm_f32x4_mul(wasm_f32x4_mul(y, x), x), x), wasm_f32x4_splat(1));
  v4 power = wasm_i32x4_shl(wasm_i32x4_add(wasm_i32x4_trunc_sat_f32x4(n), wasm_i32x4_splat(127)), 23);
  return wasm_f32x4_mul(y, power);
}

static inline v4 sigmoid4(v4 x) {
  v4 one = wasm_f32x4_splat(1);
  return wasm_f32x4_div(one, wasm_f32x4_add(one, exp4(wasm_f32x4_neg(x))));
}

static inline v4 tanh4(v4 x) {
  v4 two = wasm_f32x4_splat(2);
  return wasm_f32x4_sub(wasm_f32x4_mul(two, sigmoid4(wasm_f32x4_mul(two, x))), wasm_f32x4_splat(1));
}

/** 16 outputs of a dense layer; `weights` is their block. */
static inline void dense16(const float *weights, const float *x, int inputs, v4 y[4]) {
  for (int i = 0; i < inputs; i++, weights += 16) {
    v4 v = SPLAT(x + i);
    MAC(y[0], v, LOAD(weights)); MAC(y[1], v, LOAD(weights + 4));
    MAC(y[2], v, LOAD(weights + 8)); MAC(y[3], v, LOAD(weights + 12));
  }
}

/** `step` floats lie between two outputs. */
static void dense_relu(const float *weights, const float *bias, const float *x, int inputs, int outputs, float *y, int step) {
  for (int o = 0; o < outputs; o += 16, weights += 16 * inputs) {
    v4 sums[4] = {LOAD(bias + o), LOAD(bias + o + 4), LOAD(bias + o + 8), LOAD(bias + o + 12)};
    dense16(weights, x, inputs, sums);
    float block[16];
    for (int i = 0; i < 4; i++) wasm_v128_store(block + 4 * i, relu(sums[i]));
    for (int i = 0; i < 16; i++) y[(o + i) * step] = block[i];
  }
}

/**
 * Magnitudes of four spectra of 128 samples, 64 apart, as lanes of one vector each. The window is even about
 * sample 64, so its two halves are folded first: half the products.
 */
static void spectra(const Model *m, const float *samples, v4 magnitudes[bins]) {
  float even[64][4], odd[64][4];
  for (int n = 1; n <= 64; n++) {
    for (int t = 0; t < 4; t++) {
      float a = samples[64 * t + n], b = n < 64 ? samples[64 * t + 128 - n] : 0;
      even[n - 1][t] = a + b;
      odd[n - 1][t] = a - b;
    }
  }
  for (int k = 0; k < bins; k += 5) {
    v4 re[5], im[5];
    for (int j = 0; j < 5; j++) re[j] = im[j] = wasm_f32x4_splat(0);
    for (int n = 0; n < 64; n++) {
      v4 e = LOAD(even[n]), o = LOAD(odd[n]);
      for (int j = 0; j < 5; j++) {
        MAC(re[j], e, SPLAT(m->cosines + (k + j) * 64 + n));
        MAC(im[j], o, SPLAT(m->sines + (k + j) * 64 + n));
      }
    }
    for (int j = 0; j < 5; j++)
      magnitudes[k + j] = wasm_f32x4_sqrt(wasm_f32x4_add(wasm_f32x4_mul(re[j], re[j]), wasm_f32x4_mul(im[j], im[j])));
  }
}

/** 65 → 128 channels at four times, which are the lanes; `folded` takes what the next layer's two steps see. */
static void encode0(const Model *m, const v4 magnitudes[bins], float folded[2][384]) {
  v4 seen[bins * 3], zero = wasm_f32x4_splat(0);
  for (int i = 0; i < bins; i++) {
    v4 x = magnitudes[i];
    seen[3 * i] = wasm_i32x4_shuffle(zero, x, 0, 4, 5, 6);
    seen[3 * i + 1] = x;
    seen[3 * i + 2] = wasm_i32x4_shuffle(x, zero, 1, 2, 3, 4);
  }
  for (int o = 0; o < 128; o += 8) {
    const float *weights = m->weights0 + o * bins * 3;
    v4 y[8];
    for (int j = 0; j < 8; j++) y[j] = SPLAT(m->bias0 + o + j);
    for (int i = 0; i < bins * 3; i++)
      for (int j = 0; j < 8; j++) MAC(y[j], seen[i], SPLAT(weights + j * bins * 3 + i));
    for (int j = 0; j < 8; j++) {
      v4 x = relu(y[j]);
      float *first = folded[0] + 3 * (o + j), *second = folded[1] + 3 * (o + j);
      first[0] = 0;
      first[1] = wasm_f32x4_extract_lane(x, 0);
      first[2] = second[0] = wasm_f32x4_extract_lane(x, 1);
      second[1] = wasm_f32x4_extract_lane(x, 2);
      second[2] = wasm_f32x4_extract_lane(x, 3);
    }
  }
}

static float decide(const Model *m, const float *x, Stream *stream) {
  float inputs[2 * hidden], next[hidden];
  for (int i = 0; i < hidden; i += 4) {
    wasm_v128_store(inputs + i, LOAD(x + i));
    wasm_v128_store(inputs + hidden + i, LOAD(stream->h + i));
  }
  v4 sum = wasm_f32x4_splat(0);
  for (int o = 0; o < hidden; o += 16) {
    v4 gates[4][4];
    for (int g = 0; g < 4; g++) {
      for (int i = 0; i < 4; i++) gates[g][i] = LOAD(m->gates_bias + g * hidden + o + 4 * i);
      dense16(m->gates + (g * hidden + o) * 2 * hidden, inputs, 2 * hidden, gates[g]);
    }
    for (int i = 0; i < 4; i++) {
      float *c = stream->c + o + 4 * i;
      v4 kept = wasm_f32x4_mul(sigmoid4(gates[1][i]), LOAD(c));
      v4 cell = wasm_f32x4_add(kept, wasm_f32x4_mul(sigmoid4(gates[0][i]), tanh4(gates[2][i])));
      v4 h = wasm_f32x4_mul(sigmoid4(gates[3][i]), tanh4(cell));
      wasm_v128_store(c, cell);
      wasm_v128_store(next + o + 4 * i, h);
      MAC(sum, relu(h), LOAD(m->out + o + 4 * i));
    }
  }
  for (int i = 0; i < hidden; i += 4) wasm_v128_store(stream->h + i, LOAD(next + i));
  float total = wasm_f32x4_extract_lane(sum, 0) + wasm_f32x4_extract_lane(sum, 1) +
                wasm_f32x4_extract_lane(sum, 2) + wasm_f32x4_extract_lane(sum, 3) + m->out[hidden];
  return wasm_f32x4_extract_lane(sigmoid4(wasm_f32x4_splat(total)), 0);
}

/**
 * How probable it is that a window holds speech.
 *
 * @param input 256 samples, 16 bit
 * @param stream of this call; changed
 * @returns 0 to 1
 */
EXPORT(judge) float judge(const Model *m, const int16_t *input, Stream *stream) {
  float samples[context + window + 32];
  for (int i = 0; i < context; i++) samples[i] = stream->context[i];
  for (int i = 0; i < window; i++) samples[context + i] = input[i] / 32768.0f;
  // Reflected at the end: the last sample itself is not repeated.
  for (int i = 0; i < 32; i++) samples[context + window + i] = samples[context + window - 2 - i];
  for (int i = 0; i < context; i++) stream->context[i] = samples[window + i];
  v4 magnitudes[bins];
  float folded[2][384], two[128], one[64], features[hidden];
  spectra(m, samples, magnitudes);
  encode0(m, magnitudes, folded);
  for (int t = 0; t < 2; t++) dense_relu(m->weights1, m->bias1, folded[t], 384, 64, two + t, 2);
  dense_relu(m->weights2, m->bias2, two, 128, 64, one, 1);
  dense_relu(m->weights3, m->bias3, one, 64, 128, features, 1);
  return decide(m, features, stream);
}
