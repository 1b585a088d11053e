// How a stop looks on the map, in the lists and in the legend: the shape tells the state, not the color alone.

import type { Risk, StopState } from "../api/contract";
import { DONE_COLOR, LATE_COLOR, ROUTE_COLORS, TIGHT_COLOR, routeColor } from "./colors";

export const STOP_LOOKS = ["ahead", "arrived", "delivered", "failed", "tight", "late"] as const;
export type StopLook = (typeof STOP_LOOKS)[number];

/** Edge of a mark in pixels. */
export const MARK_SIZE = 24;
const PIXEL_RATIO = 2;

/** A risk matters only as long as something can still be done about it. */
export function stopLook(state: StopState, risk: Risk): StopLook {
  const open = state === "ahead" || state === "arrived";
  return open && risk !== "none" ? risk : state;
}

export function markName(look: StopLook, color: number): string {
  return `stop-${look}-${color % ROUTE_COLORS.length}`;
}

/** Every mark that the map may ask for. */
export function allMarks(): { name: string; image: ImageData; pixelRatio: number }[] {
  return STOP_LOOKS.flatMap((look) =>
    ROUTE_COLORS.map((color, i) => {
      const canvas = drawMark(look, color);
      const image = canvas.getContext("2d")!.getImageData(0, 0, canvas.width, canvas.height);
      return { name: markName(look, i), image, pixelRatio: PIXEL_RATIO };
    }),
  );
}

const urls = new Map<string, string>();

/** A mark as the address of a picture, for the lists and the legend. */
export function markUrl(look: StopLook, color?: number): string {
  const fill = routeColor(color);
  const key = look + fill;
  const known = urls.get(key);
  if (known) return known;
  const url = drawMark(look, fill).toDataURL();
  urls.set(key, url);
  return url;
}

function drawMark(look: StopLook, color: string): HTMLCanvasElement {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = MARK_SIZE * PIXEL_RATIO;
  const context = canvas.getContext("2d", { willReadFrequently: true })!;
  context.scale(PIXEL_RATIO, PIXEL_RATIO);
  context.translate(MARK_SIZE / 2, MARK_SIZE / 2);
  context.lineJoin = "round";
  context.lineCap = "round";
  DRAW[look](context, color);
  return canvas;
}

const DRAW: Record<StopLook, (context: CanvasRenderingContext2D, color: string) => void> = {
  ahead(context, color) {
    disc(context, 6.6, "#fff");
    disc(context, 5.6, color);
    disc(context, 2.9, "#fff");
  },
  arrived(context, color) {
    disc(context, 10, "#fff");
    disc(context, 9, color);
    disc(context, 6.8, "#fff");
    disc(context, 4.8, color);
  },
  delivered(context) {
    disc(context, 6.4, "#fff");
    disc(context, 5.4, DONE_COLOR);
    stroke(context, "#fff", 1.6, [[-2.4, 0.2], [-0.6, 2], [2.6, -1.9]]);
  },
  failed(context) {
    disc(context, 6.8, "#fff");
    disc(context, 5.8, "#374151");
    stroke(context, "#fff", 1.6, [[-2, -2], [2, 2]]);
    stroke(context, "#fff", 1.6, [[2, -2], [-2, 2]]);
  },
  tight(context, color) {
    polygon(context, [[0, -8.6], [8.6, 6.4], [-8.6, 6.4]], TIGHT_COLOR, color);
    exclamation(context, "#16211f", 1);
  },
  late(context, color) {
    polygon(context, [[-6.8, -6.8], [6.8, -6.8], [6.8, 6.8], [-6.8, 6.8]], LATE_COLOR, color);
    exclamation(context, "#fff", 0);
  },
};

type Dot = [number, number];

function disc(context: CanvasRenderingContext2D, radius: number, color: string): void {
  context.beginPath();
  context.arc(0, 0, radius, 0, Math.PI * 2);
  context.fillStyle = color;
  context.fill();
}

function polygon(context: CanvasRenderingContext2D, dots: Dot[], fill: string, edge: string): void {
  context.beginPath();
  for (const [x, y] of dots) context.lineTo(x, y);
  context.closePath();
  context.lineWidth = 5;
  context.strokeStyle = "#fff";
  context.stroke();
  context.lineWidth = 3;
  context.strokeStyle = edge;
  context.stroke();
  context.fillStyle = fill;
  context.fill();
}

function stroke(context: CanvasRenderingContext2D, color: string, width: number, dots: Dot[]): void {
  context.beginPath();
  for (const [x, y] of dots) context.lineTo(x, y);
  context.lineWidth = width;
  context.strokeStyle = color;
  context.stroke();
}

function exclamation(context: CanvasRenderingContext2D, color: string, down: number): void {
  stroke(context, color, 2, [[0, -3.6 + down], [0, 0.6 + down]]);
  stroke(context, color, 2.2, [[0, 3.8 + down], [0, 3.9 + down]]);
}
