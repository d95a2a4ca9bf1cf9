// Takes the agent's own voice out of what a telephone sends back: 8 kHz, frames of 160 samples (20 ms). Three parts: a
// coarse filter (NLMS at 2 kHz, 720 ms) finds how late the echo comes; a fine filter there (two-path NLMS, 64 ms)
// subtracts it; a gain for each of 129 frequencies lowers what is left, for the voice detector alone, so that a caller
// who is as loud as the echo stays where his voice is stronger than what is left of it. WebAssembly SIMD, no libc, no
// allocation; what a call remembers is its `State`. src/audio/echo.ts owns the memory. Build: wasm/build.sh echo
//
// Most calls have no echo, so they must cost almost nothing: the coarse filter, 15 µs a frame, adapts only to frames
// that may hold one. Where none was found, those are the frames that are louder than the line's noise.
#include <stdint.h>
#include <wasm_simd128.h>

#define EXPORT(name) __attribute__((export_name(#name), visibility("default")))

#define SMALL static __attribute__((noinline)) // called from several places

#ifndef TAPS
#define TAPS 512
#endif
enum {
  frame = 160,
  taps = TAPS,             // of the fine filter: 64 ms
  coarse = 1440,           // taps of the coarse one: 720 ms
  coarse_frame = frame / 4,
  ahead = 8,               // newest frames sent that the present frame of the caller may lag behind
  room = 16,               // frames sent before what is kept is moved back to the start: moving costs 1 µs
  kept = coarse * 4 + taps + frame + ahead * frame,
  kept_coarse = coarse + coarse_frame + ahead * coarse_frame,
  span = coarse / coarse_frame, // frames that the coarse filter hears
  kept_frames = span + ahead,
  before = 64,             // samples of the fine filter before the echo's first sound
  window = 256,            // samples of the suppressor's spectrum: a frame and the end of the one before
  overlap = window - frame, // by so many samples, 12 ms, the suppressor is late
  bins = window / 2 + 1,
  band = 8,                // bins that share a leakage: 250 Hz
  bands = bins / band,
  leaks = 8,               // half seconds over which the least leakage counts
  known = 60,              // frames of the agent's voice after which an echo would have been found
};

// Mean powers of a frame, 1 at full scale.
static const float quiet = 6.3e-6f;    // -52 dB: an echo below this starts no speech
static const float over_noise = 2.5f;  // a frame 4 dB above the line's noise may hold an echo
/** Of the estimate is left, at most: in bands that the fine filter does not know. */
static const float most_left = 30;

typedef struct {
  // Read by src/audio/echo.ts.
  int32_t delay;           // of the fine filter's first tap, in samples; -1 while no echo was found
  int32_t converged;       // the echo was lowered by 6 dB or more since it was found
  int32_t peak;            // of the echo, in samples after `delay`
  float loss;              // by how much the echo is lowered, as a ratio of powers, over about 0.4 s of echo
  float level;             // of the echo against the agent, as a ratio of powers
  int32_t active;          // frames heard while the agent's voice was in the coarse filter
  float share;             // of the coarse filter's energy in its highest 4 ms
  float fit;               // error of the coarse filter against what came, as a ratio of powers: below 1 is an echo
  int32_t adapted;         // frames that the coarse filter adapted to

  int32_t last_heard;                    // memories of pre- and de-emphasis
  float last_out;
  int32_t candidate, stable, frames, since;
  int32_t at;                            // frames sent since what is kept was moved back
  int32_t searched;                      // `adapted` at the last search for a peak
  float energy;                          // of the coarse filter
  float noise;                           // power of the line's noise
  float coarse_error, coarse_power;
  float error_back, error_front, power;  // smoothed powers of the two filters' errors and of what came
  float echo_power, echo_loss;
  float best;                            // loss since `delay` is what it is
  float match, explained;                // what came against the estimate, and the estimate against itself
  int32_t least_at, least_frames;
  int32_t refused;
  int32_t strayed;                       // frames that the fine filter made louder, since it last lowered one
  float back[taps], front[taps];         // adapts; is heard. Reversed: the last is the newest tap
  float rough[coarse];                   // the coarse filter, reversed
  float sent_coarse[kept_coarse + room * coarse_frame]; // at 2 kHz, pre-emphasised
  float sent_power[kept_frames + room];  // of each frame of `sent_coarse`
  float heard[frame], out[frame], echo[frame];
  // Of the suppressor.
  float turn_re[window], turn_im[window]; // for each half a step of the transform: its unit roots, from `half` on
  float rise[overlap];                    // the window's
  float re[window], im[window];
  float old_out[overlap], old_echo[overlap], rest[overlap];
  float held[bins + 3], gain[bins + 3];   // the echo's power, and how much of what is left passes
  float ratio[bands], least[leaks][bands];
  int16_t sent[kept + room * frame];     // as it was sent
} State;

typedef v128_t v4;

static inline float sum4(v4 x) {
  return wasm_f32x4_extract_lane(x, 0) + wasm_f32x4_extract_lane(x, 1) + wasm_f32x4_extract_lane(x, 2) +
         wasm_f32x4_extract_lane(x, 3);
}

/** n is a multiple of 16. */
SMALL float dot(const float *a, const float *b, int n) {
  v4 s0 = wasm_f32x4_splat(0), s1 = s0, s2 = s0, s3 = s0;
#define MAC(sum, i) sum = wasm_f32x4_add(sum, wasm_f32x4_mul(wasm_v128_load(a + (i)), wasm_v128_load(b + (i))))
  for (int i = 0; i < n; i += 16) { MAC(s0, i); MAC(s1, i + 4); MAC(s2, i + 8); MAC(s3, i + 12); }
  return sum4(wasm_f32x4_add(wasm_f32x4_add(s0, s1), wasm_f32x4_add(s2, s3)));
}

/** w += gain × x; n is a multiple of 8. */
SMALL void add_scaled(float *w, const float *x, float gain, int n) {
  v4 g = wasm_f32x4_splat(gain);
#define ADD(i) wasm_v128_store(w + (i), wasm_f32x4_add(wasm_v128_load(w + (i)), wasm_f32x4_mul(g, wasm_v128_load(x + (i)))))
  for (int i = 0; i < n; i += 8) { ADD(i); ADD(i + 4); }
}

/** To lower addresses when they overlap; 16 bytes at a time. */
SMALL void copy(void *to, const void *from, int bytes) {
  for (int i = 0; i < bytes; i += 16) wasm_v128_store((char *)to + i, wasm_v128_load((const char *)from + i));
}

/** 16 bytes at a time. */
SMALL void clear(void *to, int bytes) {
  for (int i = 0; i < bytes; i += 16) wasm_v128_store((char *)to + i, wasm_i32x4_splat(0));
}

/** Mean power of a frame, 1 at full scale. */
static float power_of(const int16_t *samples) {
  v4 sum = wasm_f32x4_splat(0);
  for (int i = 0; i < frame; i += 8) {
    v128_t x = wasm_v128_load(samples + i);
    // Two squares of the lowest sample exceed the sign: they count as unsigned.
    sum = wasm_f32x4_add(sum, wasm_f32x4_convert_u32x4(wasm_i32x4_dot_i16x8(x, x)));
  }
  return sum4(sum) / (frame * 1073741824.f);
}

/** @param last the sample before the first */
SMALL void emphasise(float *to, const int16_t *samples, int16_t last, int n) {
  to[0] = samples[0] / 32768.f - .9f * (last / 32768.f);
  for (int i = 1; i < n; i++) to[i] = samples[i] / 32768.f - .9f * (samples[i - 1] / 32768.f);
}

static void forget_leaks(State *s) {
  for (int i = 0; i < leaks * bands; i++) (&s->least[0][0])[i] = most_left;
  for (int b = 0; b < bands; b++) s->ratio[b] = 1;
}

/** Begins a call in memory of zeros. */
EXPORT(begin) void begin(State *s) {
  s->delay = -1;
  s->fit = 1;
  for (int k = 0; k < bins; k++) s->gain[k] = 1;
  forget_leaks(s);
  // e^(-πi/128), and e^(πi/192) at a half and one step.
  double re = 1, im = 0;
  for (int i = 0; i < window / 2; i++) {
    s->turn_re[window / 2 + i] = (float)re;
    s->turn_im[window / 2 + i] = (float)im;
    double next = re * 0.99969881869620422 + im * 0.02454122852291229;
    im = im * 0.99969881869620422 - re * 0.02454122852291229;
    re = next;
  }
  for (int half = window / 4; half > 0; half /= 2) for (int i = 0; i < half; i++) {
    s->turn_re[half + i] = s->turn_re[2 * half + 2 * i];
    s->turn_im[half + i] = s->turn_im[2 * half + 2 * i];
  }
  re = 0.99996653382610670, im = 0.00818113927360155;
  for (int i = 0; i < overlap; i++) {
    s->rise[i] = (float)im;
    double next = re * 0.99986613790956179 - im * 0.01636173162648678;
    im = im * 0.99986613790956179 + re * 0.01636173162648678;
    re = next;
  }
}

/** Ends a call: its memory is for another one. */
EXPORT(end) void end(State *s) {
  clear(s, sizeof(State));
}

/** The agent speaks again after more silence than `sent` holds. */
EXPORT(resume) void resume(State *s) {
  s->at = 0;
  clear(s->sent, sizeof(s->sent));
  clear(s->sent_coarse, sizeof(s->sent_coarse));
  clear(s->sent_power, sizeof(s->sent_power));
  clear(s->old_out, sizeof(s->old_out));
  clear(s->old_echo, sizeof(s->old_echo));
  clear(s->rest, sizeof(s->rest));
}

/** A frame has left for the caller. */
EXPORT(send) void send(State *s, const int16_t *samples) {
  if (s->at == room) {
    s->at = 0;
    copy(s->sent, s->sent + room * frame, kept * sizeof(int16_t));
    copy(s->sent_coarse, s->sent_coarse + room * coarse_frame, kept_coarse * sizeof(float));
    copy(s->sent_power, s->sent_power + room, kept_frames * sizeof(float));
  }
  int16_t *sent = s->sent + kept + s->at * frame;
  copy(sent, samples, frame * sizeof(int16_t));
  float x[frame];
  emphasise(x, sent, sent[-1], frame);
  float *c = s->sent_coarse + kept_coarse + s->at * coarse_frame;
  float power = 0;
  for (int i = 0; i < coarse_frame; i++) {
    c[i] = .25f * (x[4 * i] + x[4 * i + 1] + x[4 * i + 2] + x[4 * i + 3]);
    power += c[i] * c[i];
  }
  s->sent_power[kept_frames + s->at] = power;
  s->at++;
}

static void aim(State *s, int delay) {
  s->delay = delay;
  s->since = 0;
  s->strayed = 0;
  s->converged = 0;
  s->loss = 1;
  s->best = s->match = s->explained = 0;
  s->echo_power = s->echo_loss = 0;
  s->error_back = s->error_front = s->power;
  clear(s->held, sizeof(s->held));
  clear(s->old_out, sizeof(s->old_out));
  clear(s->old_echo, sizeof(s->old_echo));
  clear(s->rest, sizeof(s->rest));
  clear(s->back, sizeof(s->back));
  clear(s->front, sizeof(s->front));
  forget_leaks(s);
}

/** Whether the coarse filter has one peak that stays where it is, and explains a part of what came: the echo. */
static void find(State *s) {
  float best = 0, total = 1e-12f, run = 0;
  for (int i = 0; i < coarse; i++) {
    float energy = s->rough[i] * s->rough[i];
    total += energy;
    run += energy;
    if (i >= 8) run -= s->rough[i - 8] * s->rough[i - 8];
    if (run > best) best = run;
  }
  // A reflection may be louder than the first sound, which is the last to be that loud: the filter is reversed.
  int at = 0;
  run = 0;
  for (int i = 0; i < coarse; i++) {
    run += s->rough[i] * s->rough[i];
    if (i >= 8) run -= s->rough[i - 8] * s->rough[i - 8];
    if (run > .5f * best) at = i;
  }
  s->share = best / total;
  s->energy = total;
  s->searched = s->adapted;
  if (s->share < .06f || best < 2e-5f || s->fit > (s->refused ? .6f : .95f)) { s->stable = 0; return; }
  int wanted = (coarse - 1 - at) * 4 - before;
  if (wanted < 0) wanted = 0;
  int moved = wanted - s->candidate;
  s->stable = moved < 40 && moved > -40 ? s->stable + 1 : 0;
  s->candidate = wanted;
  if (s->stable < 2) return;
  int off = wanted - s->delay;
  // A caller's voice lowers the loss, but the estimate is in what came all the same.
  int knows = s->best > 8 && s->match > .5f * s->explained;
  if (s->delay >= 0 && ((off <= 120 && off >= -120) || s->loss > 8 || knows)) return;
  aim(s, wanted);
}

/** Adapts the coarse filter to this frame; `c` is the place of its first sample in `sent_coarse`. */
static void follow(State *s, const float *c) {
  float power = dot(c - coarse + 8, c - coarse + 8, coarse);
  float error = 0, came = 0;
  for (int i = 0; i < coarse_frame; i++) {
    const float *x = c + i - coarse + 1;
    const float *d = s->heard + 4 * i;
    float near = .25f * (d[0] + d[1] + d[2] + d[3]);
    float e = near - dot(s->rough, x, coarse);
    error += e * e;
    came += near * near;
    // At the start only the newest taps have heard anything: without the constant they would take all of the noise.
    add_scaled(s->rough, x, .3f * e / (power + .1f), coarse);
  }
  s->coarse_error = .93f * s->coarse_error + .07f * error;
  s->coarse_power = .93f * s->coarse_power + .07f * came;
  s->fit = (s->coarse_error + 1e-9f) / (s->coarse_power + 1e-9f);
  // What it has learnt from the caller's own words makes things worse: it is forgotten.
  if (s->fit > 1.5f) for (int i = 0; i < coarse; i++) s->rough[i] *= .9f;
  s->adapted++;
}

/** Whether the agent's voice is in the coarse filter, `behind` frames ago. */
static int speaks(const State *s, int behind) {
  const float *newest = s->sent_power + kept_frames + s->at - behind;
  float power = 0;
  for (int i = 1; i <= span; i++) power += newest[-i];
  return power >= 1e-3f;
}

/** Whether a frame of this power says anything about an echo that is not found yet. */
static int tells(State *s, float power) {
  // Falls at once and rises by 1 dB a second, so that words leave it where it is.
  s->noise = power < s->noise || s->noise == 0 ? power : s->noise * 1.0045f + 1e-12f;
  // src/audio/echo.ts calls this state `none`, with the same numbers.
  int none = s->active > known && (s->share < .04f || s->fit > .9f);
  int loud = power >= quiet && (!none || power >= over_noise * s->noise);
  if (loud || (!none && s->energy >= 1e-5f)) return 1;
  // What is left of the caller's own words.
  if (s->energy >= 1e-5f) {
    for (int i = 0; i < coarse; i++) s->rough[i] *= .95f;
    s->energy *= .95f * .95f;
  } else s->share = 0;
  return 0;
}

/** Keeps the echo's highest tap near `before`, when the telephone's clock differs from ours. */
static void centre(State *s) {
  float best = 0;
  int at = taps - 1 - before;
  for (int i = 0; i < taps; i++) if (s->front[i] * s->front[i] > best) best = s->front[i] * s->front[i];
  for (int i = 0; i < taps; i++) if (s->front[i] * s->front[i] > .5f * best) at = i;
  s->peak = taps - 1 - at;
  int move = s->peak - before;
  if ((move < 32 && move > -32) || s->delay + move < 0) return;
  float *filters[2] = {s->back, s->front};
  for (int f = 0; f < 2; f++) {
    float *w = filters[f];
    if (move > 0) {
      for (int i = taps - 1; i >= 0; i--) w[i] = i >= move ? w[i - move] : 0;
    } else {
      for (int i = 0; i < taps; i++) w[i] = i - move < taps ? w[i - move] : 0;
    }
  }
  s->delay += move;
  s->peak = before;
}

/** Fourier transform in place; bin k comes to be where k's eight bits stand in reverse. */
SMALL void transform(const State *s, float *restrict re, float *restrict im) {
  for (int half = window / 2; half > 0; half /= 2) {
    const float *turn_re = s->turn_re + half, *turn_im = s->turn_im + half;
    for (int from = 0; from < window; from += 2 * half) {
      float *a = re + from, *b = a + half, *c = im + from, *d = c + half;
      for (int i = 0; i < half; i++) {
        float x = a[i] - b[i], y = c[i] - d[i];
        a[i] += b[i];
        c[i] += d[i];
        b[i] = x * turn_re[i] - y * turn_im[i];
        d[i] = x * turn_im[i] + y * turn_re[i];
      }
    }
  }
}

/** The other way, without the division by `window`. */
SMALL void transform_back(const State *s, float *restrict re, float *restrict im) {
  for (int half = 1; half < window; half *= 2) {
    const float *turn_re = s->turn_re + half, *turn_im = s->turn_im + half;
    for (int from = 0; from < window; from += 2 * half) {
      float *a = re + from, *b = a + half, *c = im + from, *d = c + half;
      for (int i = 0; i < half; i++) {
        float x = b[i] * turn_re[i] + d[i] * turn_im[i], y = d[i] * turn_re[i] - b[i] * turn_im[i];
        b[i] = a[i] - x;
        d[i] = c[i] - y;
        a[i] += x;
        c[i] += y;
      }
    }
  }
}

static int place_of(int k) {
  int place = 0;
  for (int bit = 1; bit < window; bit *= 2, k /= 2) place = 2 * place + (k & 1);
  return place;
}

/** How loud the rest of the echo is in each band: the share of the estimate that was left at best, in some seconds. */
static void learn_leaks(State *s, const float *left, const float *echo, float *leak) {
  float *least = s->least[s->least_at], all = 0, now[bands];
  for (int b = 0; b < bands; b++) {
    float e = 0, y = 0;
    for (int k = b * band; k < (b + 1) * band; k++) { e += left[k]; y += echo[k]; }
    all += y;
    float ratio = e / (y + 1e-9f);
    now[b] = ratio < most_left ? ratio : most_left;
    leak[b] = most_left;
    for (int i = 0; i < leaks; i++) if (s->least[i][b] < leak[b]) leak[b] = s->least[i][b];
  }
  if (all < 2e-2f) return;
  for (int b = 0; b < bands; b++) {
    s->ratio[b] = .7f * s->ratio[b] + .3f * now[b];
    if (s->ratio[b] < least[b]) least[b] = s->ratio[b];
  }
  if (++s->least_frames < 25) return;
  s->least_frames = 0;
  s->least_at = (s->least_at + 1) % leaks;
  for (int b = 0; b < bands; b++) s->least[s->least_at][b] = most_left;
}

/** Lowers what is left of the echo in `out`, and gives it `overlap` samples later. */
static void suppress(State *s) {
  float *re = s->re, *im = s->im;
  for (int i = 0; i < overlap; i++) {
    re[i] = s->rise[i] * s->old_out[i];
    im[i] = s->rise[i] * s->old_echo[i];
  }
  for (int i = 0; i < frame; i++) {
    float fall = i < frame - overlap ? 1 : s->rise[frame - 1 - i];
    re[overlap + i] = fall * s->out[i];
    im[overlap + i] = fall * s->echo[i];
  }
  copy(s->old_out, s->out + frame - overlap, sizeof(s->old_out));
  copy(s->old_echo, s->echo + frame - overlap, sizeof(s->old_echo));
  // Both sounds are real: one transform has both spectra.
  transform(s, re, im);
  float left[bins], echo[bins], leak[bands];
  for (int k = 0; k < bins; k++) {
    int a = place_of(k), b = place_of((window - k) % window);
    float er = re[a] + re[b], ei = im[a] - im[b], yr = im[a] + im[b], yi = re[b] - re[a];
    // A quarter for the halves above, and twice for the other half of the spectrum.
    left[k] = (er * er + ei * ei) * (.5f / window);
    echo[k] = (yr * yr + yi * yi) * (.5f / window);
  }
  learn_leaks(s, left, echo, leak);
  for (int k = 0; k < bins; k++) {
    float share = leak[k / band < bands ? k / band : bands - 1];
    s->held[k] = echo[k] > s->held[k] ? echo[k] : .75f * s->held[k] + .25f * echo[k];
    float near = left[k] + left[k > 0 ? k - 1 : k + 1] + left[k < bins - 1 ? k + 1 : k - 1];
    near = near * (1.f / 3) + 1e-12f;
    float gain = (near - (3 * share + .03f) * s->held[k]) / near;
    gain = gain < .03f ? .03f : gain;
    float old = s->gain[k];
    s->gain[k] = gain > old ? .5f * old + .5f * gain : .3f * old + .7f * gain;
  }
  for (int k = 0; k < bins; k++) {
    int a = place_of(k), b = place_of((window - k) % window);
    float gain = s->gain[k] / window;
    re[a] *= gain;
    im[a] *= gain;
    if (a == b) continue;
    re[b] *= gain;
    im[b] *= gain;
  }
  transform_back(s, re, im);
  for (int i = 0; i < overlap; i++) {
    s->out[i] = s->rise[i] * re[i] + s->rest[i];
    s->rest[i] = s->rise[overlap - 1 - i] * re[frame + i];
  }
  for (int i = overlap; i < frame; i++) s->out[i] = re[i];
}

/** Subtracts the echo and lowers what is left. `x` is the place of this frame's first sample in `sent`. */
static void cancel(State *s, const int16_t *x, int16_t *samples) {
  s->since++;
  float first[taps + frame];
  const int16_t *from_here = x - s->delay - taps + 1;
  emphasise(first, from_here, from_here[-1], taps + frame - 1);
  float power = dot(first, first, taps);
  float back = 0, front = 0, echo = 0, came = 0, agent = 0, match = 0;
  for (int i = 0; i < frame; i++) {
    const float *from = first + i;
    if (i > 0) power += from[taps - 1] * from[taps - 1] - from[-1] * from[-1];
    float y = dot(s->front, from, taps);
    float e = s->heard[i] - dot(s->back, from, taps);
    s->out[i] = s->heard[i] - y;
    s->echo[i] = y;
    back += e * e;
    front += s->out[i] * s->out[i];
    echo += y * y;
    match += s->heard[i] * y;
    came += s->heard[i] * s->heard[i];
    agent += from[taps - 1 - before] * from[taps - 1 - before];
    if (power > 1e-2f) add_scaled(s->back, from, .35f * e / (power + .02f), taps);
  }
  s->error_back = .8f * s->error_back + .2f * back;
  s->error_front = .8f * s->error_front + .2f * front;
  s->power = .8f * s->power + .2f * came;
  s->match = .95f * s->match + match;
  s->explained = .95f * s->explained + echo;
  if (s->error_back < .85f * s->error_front && (!s->converged || s->error_back < .7f * s->power)) {
    // The filter that adapts is better, and not only because it follows the caller: hear it from now on.
    copy(s->front, s->back, sizeof(s->front));
    s->error_front = s->error_back;
  } else if (s->error_back > 1.6f * s->error_front) {
    // It went astray because the caller speaks: put it back.
    copy(s->back, s->front, sizeof(s->back));
    s->error_back = s->error_front;
  }
  if (s->error_front > 1.2f * s->power) {
    for (int i = 0; i < taps; i++) s->front[i] *= .5f;
    for (int i = 0; i < frame; i++) s->out[i] = s->heard[i];
    clear(s->echo, sizeof(s->echo));
    s->error_front = s->power;
    s->loss *= .8f;
    echo = 0;
    // The echo comes at another time now: what the coarse filter knew of it only delays finding it.
    if (++s->strayed == 2) {
      clear(s->rough, sizeof(s->rough));
      s->coarse_error = s->coarse_power = 0;
      s->fit = 1;
      s->stable = 0;
    }
  }
  suppress(s);
  float rest = 0;
  for (int i = 0; i < frame; i++) {
    float now = s->out[i];
    rest += now * now;
    s->last_out = now + .9f * s->last_out;
    float value = s->last_out * 32768.f;
    samples[i] = value > 32767 ? 32767 : value < -32768 ? -32768 : (int16_t)value;
  }
  // Only frames with an echo say how much of it is left.
  if (echo > 1e-4f && echo > .1f * came) {
    s->echo_power = .95f * s->echo_power + came;
    s->echo_loss = .95f * s->echo_loss + rest;
    s->loss = (s->echo_power + 1e-9f) / (s->echo_loss + 1e-9f);
    if (s->loss > s->best) s->best = s->loss;
    if (rest < .25f * came) s->strayed = 0;
    if (s->since >= 15 && s->loss >= 4) s->converged = 1;
    float level = echo / (agent + 1e-9f);
    if (agent > 1e-2f) s->level = s->level == 0 ? level : .98f * s->level + .02f * level;
  } else if (agent > 1e-2f && came > 5e-3f) {
    // Both are loud, and the filter explains nothing of it: what it once did counts for less and less.
    s->loss *= .98f;
  }
}

/**
 * A frame of the caller's, which is changed in place when there is an echo.
 * @param behind frames sent after those of the same time, at most `ahead`
 */
EXPORT(hear) void hear(State *s, int16_t *samples, int32_t behind) {
  s->frames++;
  int active = speaks(s, behind);
  s->active += active;
  int follows = active && (s->delay < 0 ? tells(s, power_of(samples)) : s->frames % 2 == 0 || s->since < 50 || s->loss < 4);
  if (follows || s->delay >= 0) emphasise(s->heard, samples, s->last_heard, frame);
  s->last_heard = samples[frame - 1];
  if (follows) follow(s, s->sent_coarse + kept_coarse + (s->at - 1 - behind) * coarse_frame);
  if (s->frames % 5 == 0 && s->adapted != s->searched) find(s);
  if (s->delay < 0) {
    s->last_out = samples[frame - 1] / 32768.f;
    return;
  }
  cancel(s, s->sent + kept + (s->at - 1 - behind) * frame, samples);
  if (!s->converged && s->since > 150) {
    // Three seconds without success: there was no echo, or one that is too weak to matter.
    s->delay = -1;
    s->refused = 1;
    clear(s->rough, sizeof(s->rough));
    s->energy = 0;
  }
  if (s->converged && s->loss > 4 && s->frames % 25 == 0) centre(s);
}

EXPORT(bytes) int32_t bytes(void) { return sizeof(State); }
