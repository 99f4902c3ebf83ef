import { cssValue } from "./dom.js";
import { pixelAt } from "./scale.js";
import { firstNot } from "./search.js";
import { countText, toldTone, TONES } from "./words.js";

/**
 * Requests as marks on a lane. Requests that were told the same and stand too close to be drawn apart become one mark with a
 * count, so that a hundred thousand of them cost no more than the pixels that they take.
 */

/** How far two marks stand apart at least, in pixels. */
const APART = 13;

/** Within so many pixels, requests become one mark even if they were told different things. */
const MIXED = 3;

/** The size of a mark, in pixels. */
const SIZE = 9;

/**
 * The marks of these requests, which are in order of time: `[{left, right, tone, alike, count, first, last}]`, in pixels, with the
 * first and the last request, and how many of all have the tone of the mark. What is out of sight is left out.
 */
export function marksOf(requests, scale) {
  const marks = [];
  for (let index = firstAt(requests, scale, -SIZE); index < requests.length; index += 1) {
    const request = requests[index];
    const pixel = pixelAt(scale, request.at);
    if (pixel > scale.width + SIZE) {
      break;
    }
    const tone = toldTone(request);
    const mark = marks.at(-1);
    const isSame = mark?.tone === tone && pixel - mark.right < APART;
    if (isSame || (mark && pixel - mark.left < MIXED)) {
      const shown = graver(mark.tone, tone);
      const alike = (shown === mark.tone ? mark.alike : 0) + (shown === tone ? 1 : 0);
      Object.assign(mark, { right: pixel, last: request, count: mark.count + 1, tone: shown, alike });
    } else {
      marks.push({ left: pixel, right: pixel, tone, alike: 1, count: 1, first: request, last: request });
    }
  }
  return marks;
}

/**
 * Of two tones at one place, the one that must not be overlooked: tones stand in the order of their gravity, but for the last.
 */
function graver(one, other) {
  const order = Object.keys(TONES);
  const rank = (tone) => (tone === "other" ? -1 : order.indexOf(tone));
  return rank(one) >= rank(other) ? one : other;
}

/** The first request that is not left of this pixel. */
function firstAt(requests, scale, pixel) {
  return firstNot(requests, (request) => pixelAt(scale, request.at) < pixel);
}

/** The request of these that stands nearest to a pixel, at most `reach` pixels away. */
export function nearest(requests, scale, pixel, reach = 10) {
  const after = firstAt(requests, scale, pixel);
  const near = [requests[after - 1], requests[after]].filter(Boolean);
  const distance = (request) => Math.abs(pixelAt(scale, request.at) - pixel);
  near.sort((one, other) => distance(one) - distance(other));
  return near[0] && distance(near[0]) <= reach ? near[0] : null;
}

/** The colours and the font that marks are drawn with, once they have been read from the style sheet. */
let known = null;

/** The colours and the font that marks are drawn with. */
export function inks() {
  known ??= readInks();
  return known;
}

function readInks() {
  const tones = Object.fromEntries(Object.keys(TONES).map((tone) => [tone, cssValue(`--tone-${tone}`)]));
  const [ground, text, line, band, sans] = ["--card", "--text", "--line", "--band", "--sans"].map(cssValue);
  return { tones, ground, text, line, band, font: `600 11px ${sans}` };
}

/** Calls `redraw` when the user changes from light to dark or back, with the new colours in place. */
export function onNewInks(redraw) {
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
    known = null;
    redraw();
  });
}

/** Draws marks around a line at height `y`. */
export function drawMarks(context, marks, y, ink) {
  marks.forEach((mark, index) => {
    const colour = ink.tones[mark.tone];
    Object.assign(context, { fillStyle: colour, strokeStyle: colour, lineWidth: 2 });
    if (mark.right - mark.left > SIZE) {
      context.fillRect(mark.left, y - 0.75, mark.right - mark.left, 1.5);
      drawShape(context, mark.tone, mark.right, y);
    }
    drawShape(context, mark.tone, mark.left, y);
    if (mark.count > 1) {
      drawCount(context, mark, y, ink, marks[index + 1]?.left ?? Infinity);
    }
  });
}

/** `12×`, or `2 of 12` if not all were told what the mark says. */
export function howMany({ alike, count }) {
  return alike === count ? `${countText(count)}×` : `${countText(alike)} of ${countText(count)}`;
}

/** How many requests a mark stands for: between its ends, or behind it, if there is room before the next mark. */
function drawCount(context, mark, y, ink, nextLeft) {
  const text = howMany(mark);
  context.font = ink.font;
  const width = context.measureText(text).width;
  const fitsInside = mark.right - mark.left > width + SIZE * 2;
  const left = fitsInside ? (mark.left + mark.right - width) / 2 : mark.right + SIZE;
  if (!fitsInside && left + width + SIZE > nextLeft) {
    return;
  }
  if (fitsInside) {
    context.fillStyle = ink.ground;
    context.fillRect(left - 3, y - 6, width + 6, 12);
  }
  context.fillStyle = ink.text;
  context.fillText(text, left, y + 4);
}

/** Draws the shape of a tone around a point. */
export function drawShape(context, tone, x, y, size = SIZE) {
  const half = size / 2;
  context.beginPath();
  SHAPES[TONES[tone].shape](context, x, y, half);
}

const SHAPES = {
  ring(context, x, y, half) {
    context.arc(x, y, half - 1, 0, Math.PI * 2);
    context.stroke();
  },
  dot(context, x, y, half) {
    context.arc(x, y, half, 0, Math.PI * 2);
    context.fill();
  },
  square(context, x, y, half) {
    context.fillRect(x - half, y - half, half * 2, half * 2);
  },
  check(context, x, y, half) {
    context.moveTo(x - half, y);
    context.lineTo(x - half / 4, y + half);
    context.lineTo(x + half, y - half);
    context.stroke();
  },
  cross(context, x, y, half) {
    context.moveTo(x - half, y - half);
    context.lineTo(x + half, y + half);
    context.moveTo(x + half, y - half);
    context.lineTo(x - half, y + half);
    context.stroke();
  },
  diamond(context, x, y, half) {
    polygon(context, [x, y - half - 1], [x + half + 1, y], [x, y + half + 1], [x - half - 1, y]);
  },
  triangle(context, x, y, half) {
    polygon(context, [x, y - half], [x + half, y + half], [x - half, y + half]);
  },
  gap(context, x, y, half) {
    context.setLineDash([2, 2]);
    context.strokeRect(x - half + 1, y - half + 1, half * 2 - 2, half * 2 - 2);
    context.setLineDash([]);
  },
  bar(context, x, y, half) {
    context.fillRect(x - 1.5, y - half, 3, half * 2);
  },
};

function polygon(context, ...points) {
  for (const [x, y] of points) {
    context.lineTo(x, y);
  }
  context.closePath();
  context.fill();
}
