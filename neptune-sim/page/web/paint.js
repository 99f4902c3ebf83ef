import { faultSpan, OF_REQUESTS, requestsOn } from "./lanes.js";
import { drawMarks, inks, marksOf } from "./marks.js";
import { axisMarks, pixelAt } from "./scale.js";

/** Paints what stands behind the lanes of a timeline: lines of the axis, bands of faults, and the marks of the requests. */
export function paint(timeline, visible, first) {
  const { height, gutter, marks } = timeline.shape;
  const context = clear(timeline);
  const ink = inks();
  context.translate(gutter, first * height - timeline.scroll.scrollTop);
  visible.forEach((lane, index) => {
    const top = index * height;
    paintBands(context, timeline, lane, top, ink);
  });
  paintLines(context, timeline, visible.length * height, ink);
  visible.forEach((lane, index) => {
    const requests = requestsOn(timeline.model, lane) ?? [];
    const y = index * height + marks;
    drawMarks(context, marksOf(requests, timeline.scale), y, ink);
    paintChosen(context, timeline, requests, y, ink);
  });
}

/** An empty canvas as large as what is in sight, in the pixels of the screen. */
function clear({ canvas, scroll }) {
  const [width, height, ratio] = [scroll.clientWidth, scroll.clientHeight, devicePixelRatio];
  const size = { width: Math.round(width * ratio), height: Math.round(height * ratio) };
  if (canvas.width !== size.width || canvas.height !== size.height) {
    Object.assign(canvas, size);
    Object.assign(canvas.style, { width: `${width}px`, height: `${height}px`, marginBottom: `${-height}px` });
  }
  const context = canvas.getContext("2d");
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  return context;
}

function paintLines(context, { scale }, height, ink) {
  context.fillStyle = ink.line;
  for (const mark of axisMarks(scale)) {
    context.fillRect(Math.round(pixelAt(scale, mark.at)), 0, 1, height);
  }
}

function paintBands(context, { model, scale, shape }, lane, top, ink) {
  context.fillStyle = ink.band;
  for (const { from, until } of bandsOf(model, lane)) {
    const [left, right] = [
      Math.max(pixelAt(scale, from), 0),
      until === null ? scale.width : Math.min(pixelAt(scale, until), scale.width),
    ];
    if (right > left) {
      context.fillRect(left, top, right - left, shape.height - 1);
    }
  }
}

/**
 * The times in which requests of a lane met a fault or found no cluster. A fault without bounds is on its own lane only, as long
 * as it is in place: its band would say nothing.
 */
export function bandsOf(model, lane) {
  if (!OF_REQUESTS.includes(lane.kind)) {
    return [];
  }
  const isFor = ({ fault }) => (fault.on?.load ?? lane.id) === lane.id && (fault.from || fault.until);
  const past = model.past_faults.filter(({ load }) => (load ?? lane.id) === lane.id);
  return [...(model.faults ?? []).filter(isFor).map(faultSpan), ...past, ...model.outages];
}

/** A circle around the chosen request. */
function paintChosen(context, { chosen, scale }, requests, y, ink) {
  if (chosen && requests.some(({ number }) => number === chosen.number)) {
    context.beginPath();
    context.arc(pixelAt(scale, chosen.at), y, 10, 0, Math.PI * 2);
    Object.assign(context, { strokeStyle: ink.text, lineWidth: 2 });
    context.stroke();
  }
}
