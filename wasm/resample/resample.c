// The inner loop of the resampler: dot products of samples with rows of a polyphase filter, four outputs at
// once, WebAssembly SIMD, no libc, no state, no allocation. src/audio/resample.ts designs the filter, keeps
// what is between two calls, and owns the memory. Build: wasm/build.sh resample
#include <stdint.h>
#include <wasm_simd128.h>

#define EXPORT(name) __attribute__((export_name(#name), visibility("default")))

/**
 * One filter for one pair of rates. Pointers are byte offsets into the imported memory, aligned to 16.
 * `rows` × `taps` coefficients; when `exact` is 0 there is one more row, and an output between two rows is
 * interpolated, because the pair of rates has more phases than rows.
 */
typedef struct {
  int32_t up, down; // output rate and input rate without their common divisor
  int32_t taps;     // of each row, a multiple of 8
  int32_t rows, exact;
  const float *coefficients;
  const int16_t *input;
  float *samples; // room for as many floats as input has samples, plus 8
  int16_t *output;
} Filter;

static inline void widen(const int16_t *input, float *samples, int32_t length) {
  // Reads and writes up to 7 samples past the end; the owner of the memory leaves room for them.
  for (int32_t i = 0; i < length; i += 8) {
    v128_t v = wasm_v128_load(input + i);
    wasm_v128_store(samples + i, wasm_f32x4_convert_i32x4(wasm_i32x4_extend_low_i16x8(v)));
    wasm_v128_store(samples + i + 4, wasm_f32x4_convert_i32x4(wasm_i32x4_extend_high_i16x8(v)));
  }
}

/** (v0 + v2) + (v1 + v3) of four vectors: the same order of additions as sum1, so that cuts change nothing. */
static inline v128_t sum4(v128_t a, v128_t b, v128_t c, v128_t d) {
  v128_t ab = wasm_f32x4_add(wasm_i32x4_shuffle(a, b, 0, 4, 1, 5), wasm_i32x4_shuffle(a, b, 2, 6, 3, 7));
  v128_t cd = wasm_f32x4_add(wasm_i32x4_shuffle(c, d, 0, 4, 1, 5), wasm_i32x4_shuffle(c, d, 2, 6, 3, 7));
  return wasm_f32x4_add(wasm_i32x4_shuffle(ab, cd, 0, 1, 4, 5), wasm_i32x4_shuffle(ab, cd, 2, 3, 6, 7));
}

static inline float sum1(v128_t a) {
  return (wasm_f32x4_extract_lane(a, 0) + wasm_f32x4_extract_lane(a, 2)) +
         (wasm_f32x4_extract_lane(a, 1) + wasm_f32x4_extract_lane(a, 3));
}

static inline float dot(const float *row, const float *x, int32_t taps) {
  v128_t a = wasm_f32x4_splat(0);
  for (int32_t k = 0; k < taps; k += 4)
    a = wasm_f32x4_add(a, wasm_f32x4_mul(wasm_v128_load(row + k), wasm_v128_load(x + k)));
  return sum1(a);
}

/** Rounds to nearest, ties to even, and saturates. */
static inline v128_t narrow(v128_t sums) {
  v128_t v = wasm_i32x4_trunc_sat_f32x4(wasm_f32x4_nearest(sums));
  return wasm_i16x8_narrow_i32x4(v, v);
}

#define TAP(sum, row, x) sum = wasm_f32x4_add(sum, wasm_f32x4_mul(row, wasm_v128_load(x)))

/**
 * Four outputs of one phase, `down` samples apart, share each load of coefficients. They are written `up` apart,
 * where 4 × `up` outputs make a block with every phase four times.
 */
static inline v128_t same_row4(const float *c, const float *x0, int32_t down, int32_t taps) {
  const float *x1 = x0 + down, *x2 = x1 + down, *x3 = x2 + down;
  v128_t a = wasm_f32x4_splat(0), b = a, d = a, e = a;
  for (int32_t k = 0; k < taps; k += 8) {
    v128_t w = wasm_v128_load(c + k), v = wasm_v128_load(c + k + 4);
    TAP(a, w, x0 + k); TAP(b, w, x1 + k); TAP(d, w, x2 + k); TAP(e, w, x3 + k);
    TAP(a, v, x0 + k + 4); TAP(b, v, x1 + k + 4); TAP(d, v, x2 + k + 4); TAP(e, v, x3 + k + 4);
  }
  return narrow(sum4(a, b, d, e));
}

/** Whole-number decimation: one row. */
static int32_t decimate(const Filter *f, int32_t count) {
  int32_t o = 0;
  for (const float *x = f->samples; o + 4 <= count; o += 4, x += 4 * f->down)
    wasm_v128_store64_lane(f->output + o, same_row4(f->coefficients, x, f->down, f->taps), 0);
  return o;
}

/** Any exact ratio, as far as whole blocks go. */
static int32_t blocks(const Filter *f, int32_t phase, int32_t count) {
  const int32_t up = f->up, step = f->down / up, rest = f->down % up;
  const float *at = f->samples;
  int32_t o = 0;
  for (; o + 4 * up <= count; o += 4 * up, at += 3 * f->down) {
    for (int32_t j = 0; j < up; j++) {
      v128_t y = same_row4(f->coefficients + phase * f->taps, at, f->down, f->taps);
      int16_t *out = f->output + o + j;
      out[0] = wasm_i16x8_extract_lane(y, 0);
      out[up] = wasm_i16x8_extract_lane(y, 1);
      out[2 * up] = wasm_i16x8_extract_lane(y, 2);
      out[3 * up] = wasm_i16x8_extract_lane(y, 3);
      at += step;
      phase += rest;
      if (phase >= up) { phase -= up; at++; }
    }
  }
  return o;
}

/** Any exact ratio, four outputs with a row each, from output `o` on. */
static int32_t neighbours(const Filter *f, int32_t phase, int32_t o, int32_t count) {
  const int32_t taps = f->taps, step = f->down / f->up, rest = f->down % f->up;
  const int64_t time = phase + (int64_t)o * f->down;
  const float *c[4], *x[4], *at = f->samples + time / f->up;
  phase = time % f->up;
  for (; o + 4 <= count; o += 4) {
    for (int i = 0; i < 4; i++) {
      c[i] = f->coefficients + phase * taps;
      x[i] = at;
      at += step;
      phase += rest;
      if (phase >= f->up) { phase -= f->up; at++; }
    }
    v128_t a = wasm_f32x4_splat(0), b = a, d = a, e = a;
    for (int32_t k = 0; k < taps; k += 4) {
      TAP(a, wasm_v128_load(c[0] + k), x[0] + k); TAP(b, wasm_v128_load(c[1] + k), x[1] + k);
      TAP(d, wasm_v128_load(c[2] + k), x[2] + k); TAP(e, wasm_v128_load(c[3] + k), x[3] + k);
    }
    wasm_v128_store64_lane(f->output + o, narrow(sum4(a, b, d, e)), 0);
  }
  return o;
}

/**
 * Writes `count` outputs.
 *
 * @param length samples at `input`; the caller has made sure that `count` outputs need no more
 * @param phase of the first output, 0 ≤ phase < up, in 1/up of an input sample
 */
EXPORT(resample) void resample(const Filter *f, int32_t length, int32_t phase, int32_t count) {
  widen(f->input, f->samples, length);
  int32_t o = 0;
  if (f->up == 1) o = decimate(f, count);
  else if (f->exact) o = neighbours(f, phase, blocks(f, phase, count), count);
  for (; o < count; o++) {
    int64_t t = (int64_t)phase + (int64_t)o * f->down;
    const float *x = f->samples + t / f->up;
    int32_t p = t % f->up;
    float y;
    if (f->exact) y = dot(f->coefficients + p * f->taps, x, f->taps);
    else {
      int64_t r = (int64_t)p * f->rows;
      const float *row = f->coefficients + r / f->up * f->taps;
      float near = dot(row, x, f->taps), far = dot(row + f->taps, x, f->taps);
      y = near + (far - near) * ((float)(r % f->up) / (float)f->up);
    }
    f->output[o] = wasm_i16x8_extract_lane(narrow(wasm_f32x4_splat(y)), 0);
  }
}
