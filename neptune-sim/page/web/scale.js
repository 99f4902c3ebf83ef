/**
 * The scale of a timeline: which seconds stand at which pixels. A scale is `{from, to, width}`: seconds at the left and right
 * edge, and pixels. All functions are pure and return new scales.
 */

/** The shortest span that can be shown, in seconds. */
const SHORTEST = 0.05;

/** The longest span: 200 years, twice what a clock may be advanced. */
const LONGEST = 200 * 365 * 86400;

/** Where a second stands, in pixels from the left edge. */
export function pixelAt(scale, seconds) {
  return ((seconds - scale.from) / (scale.to - scale.from)) * scale.width;
}

/** Which second stands at a pixel. */
export function secondAt(scale, pixel) {
  return scale.from + (pixel / scale.width) * (scale.to - scale.from);
}

/** How many seconds a pixel is wide. */
export function secondsPerPixel(scale) {
  return (scale.to - scale.from) / scale.width;
}

/** Room before the beginning, in pixels: half a mark, so that a request at 0 is seen whole. */
const MARGIN = 8;

/** A scale that shows all from 0 to a second, with room for this many pixels of text behind it. */
export function fit(to, width, room = 0) {
  const usable = Math.max(width - MARGIN - Math.min(room, width * 0.4), 1);
  const perPixel = Math.max(to, 1) / usable;
  return { from: -MARGIN * perPixel, to: (width - MARGIN) * perPixel, width };
}

/** A scale that begins here and has this span, but shows no more than the margin before 0. */
function beginning(second, span, width) {
  const first = Math.max(second, (-MARGIN / width) * span);
  return { from: first, to: first + span, width };
}

/** Makes everything `factor` times as wide; what stands at this pixel stays there. */
export function zoom(scale, factor, pixel = scale.width / 2) {
  const span = Math.min(Math.max((scale.to - scale.from) / factor, SHORTEST), LONGEST);
  const fixed = secondAt(scale, pixel);
  return beginning(fixed - (pixel / scale.width) * span, span, scale.width);
}

/** Moves what is shown by this many pixels. */
export function pan(scale, pixels) {
  return beginning(scale.from + pixels * secondsPerPixel(scale), scale.to - scale.from, scale.width);
}

/** Moves what is shown so that a second stands at this pixel. */
export function moveTo(scale, second, pixel) {
  return beginning(second - pixel * secondsPerPixel(scale), scale.to - scale.from, scale.width);
}

/** The same seconds on another width. */
export function resize(scale, width) {
  return { ...scale, width };
}

/** Steps of an axis that people read without counting, in seconds. */
const STEPS = [
  0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400,
  172800, 432000, 864000, 2592000, 8640000, 31536000, 157680000, 315360000, 1576800000,
];

/** The marks of an axis, at least this many pixels apart: `[{at, label}]`. */
export function axisMarks(scale, apart = 90) {
  const least = secondsPerPixel(scale) * apart;
  const step = STEPS.find((candidate) => candidate >= least) ?? STEPS.at(-1);
  const marks = [];
  for (let index = Math.max(Math.ceil(scale.from / step - 1e-9), 0); index * step <= scale.to; index += 1) {
    // A product, and not a sum: 0.1 added ten times is not 1.
    const at = Number((index * step).toFixed(3));
    marks.push({ at, label: axisLabel(at, step) });
  }
  return marks;
}

/** `0:05`, `1:02:05`, `2 d 0:00`; below a second, `0:00.25`. */
function axisLabel(seconds, step) {
  const days = Math.floor(seconds / 86400);
  if (step >= 86400) {
    return `${days} d`;
  }
  const [hours, minutes] = [Math.floor((seconds % 86400) / 3600), Math.floor((seconds % 3600) / 60)];
  const decimals = step < 0.1 ? 2 : step < 1 ? 1 : 0;
  const rest = (seconds % 60).toFixed(decimals).padStart(decimals ? 3 + decimals : 2, "0");
  const clock = days || hours ? `${hours}:${String(minutes).padStart(2, "0")}:${rest}` : `${minutes}:${rest}`;
  return days ? `${days} d ${clock}` : clock;
}
