import type { Profile } from "./api/contract";
import { IDLE_COLOR, INK } from "./look/colors";
import { PATHS } from "./look/icons";
import { Glide, type LonLat } from "./motion";

const RADIUS_PIXELS = 11;
const HIT_PIXELS = 16;
/** Ids are written beside the couriers when they have room, which is from this zoom on. */
const LABEL_ZOOM = 12.6;

export interface CourierLook {
  label: string;
  profile: Profile;
  color: string;
  /** Drawn small: nothing to do at the moment. */
  isIdle: boolean;
}

interface Drawn extends CourierLook {
  glide: Glide;
  path: readonly LonLat[] | null;
}

export interface Screen {
  project(at: LonLat): { x: number; y: number };
  zoom(): number;
}

/**
 * The couriers, on a canvas of their own above the map.
 *
 * Their movement would otherwise make the map draw all streets again sixty times a second; the canvas alone is cheap
 * for hundreds of couriers.
 */
export class CourierCanvas {
  readonly element = document.createElement("canvas");
  #couriers = new Map<string, Drawn>();
  #shapes: Record<Profile, Path2D> = { bike: new Path2D(PATHS.bike), car: new Path2D(PATHS.car), foot: new Path2D(PATHS.foot) };
  #selected: string | null = null;
  #dirty = true;

  constructor(private readonly screen: Screen) {
    this.element.style.cssText = "position:absolute;inset:0;width:100%;height:100%;pointer-events:none";
  }

  /** Moves a courier to a reported position; the first report puts him there. */
  report(id: string, at: LonLat, look: CourierLook): void {
    const now = performance.now();
    const known = this.#couriers.get(id);
    if (known) {
      known.glide.report(at, now, known.path);
      Object.assign(known, look);
    } else {
      this.#couriers.set(id, { ...look, glide: new Glide(at, now), path: null });
    }
    this.#dirty = true;
  }

  dress(id: string, look: CourierLook): void {
    Object.assign(this.#couriers.get(id) ?? {}, look);
    this.#dirty = true;
  }

  /** Tells along which path the courier drives, so that he takes the corners between two reports. */
  follow(id: string, path: readonly LonLat[] | null): void {
    const known = this.#couriers.get(id);
    if (known) known.path = path;
  }

  remove(id: string): void {
    this.#dirty = this.#couriers.delete(id) || this.#dirty;
  }

  select(id: string | null): void {
    this.#selected = id;
    this.#dirty = true;
  }

  position(id: string): LonLat | null {
    return this.#couriers.get(id)?.glide.at(performance.now()) ?? null;
  }

  ids(): string[] {
    return [...this.#couriers.keys()];
  }

  /** The courier drawn at a point of the screen. */
  hit(x: number, y: number): string | null {
    let best: string | null = null;
    let closest = HIT_PIXELS;
    for (const [id, courier] of this.#couriers) {
      const at = this.screen.project(courier.glide.at(performance.now()));
      const away = Math.hypot(at.x - x, at.y - y);
      if (away < closest) [best, closest] = [id, away];
    }
    return best;
  }

  /** Draws a frame if anything moved since the last, or `force` says that the map did. */
  draw(force = false): void {
    const now = performance.now();
    const moving = [...this.#couriers.values()].some((courier) => courier.glide.isMoving(now));
    if (!force && !moving && !this.#dirty) return;
    this.#dirty = moving;
    const context = this.#prepare();
    const order = [...this.#couriers].sort(([a, one], [b, other]) => rank(a, one, this.#selected) - rank(b, other, this.#selected));
    for (const [id, courier] of order) this.#drawCourier(context, id, courier, now);
  }

  #prepare(): CanvasRenderingContext2D {
    const ratio = window.devicePixelRatio || 1;
    const [width, height] = [this.element.clientWidth * ratio, this.element.clientHeight * ratio];
    if (this.element.width !== width) this.element.width = width;
    if (this.element.height !== height) this.element.height = height;
    const context = this.element.getContext("2d")!;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, width, height);
    return context;
  }

  #drawCourier(context: CanvasRenderingContext2D, id: string, courier: Drawn, now: number): void {
    const { x, y } = this.screen.project(courier.glide.at(now));
    if (x < -40 || y < -40 || x > this.element.clientWidth + 40 || y > this.element.clientHeight + 40) return;
    const selected = id === this.#selected;
    const radius = selected ? RADIUS_PIXELS + 3 : courier.isIdle ? RADIUS_PIXELS - 3 : RADIUS_PIXELS;
    context.save();
    context.translate(x, y);
    if (this.#selected && !selected) context.globalAlpha = 0.55;
    if (selected) ring(context, radius + 5, "rgb(22 33 31 / 18%)");
    if (courier.glide.heading !== null && !courier.isIdle && courier.glide.isMoving(now)) nose(context, courier.glide.heading, radius, courier.color);
    disc(context, radius, courier.isIdle ? IDLE_COLOR : courier.color);
    this.#drawShape(context, courier.profile, radius);
    if (selected || (!courier.isIdle && this.screen.zoom() >= LABEL_ZOOM)) label(context, courier.label, radius);
    context.restore();
  }

  #drawShape(context: CanvasRenderingContext2D, profile: Profile, radius: number): void {
    const scale = (radius * 1.35) / 24;
    context.save();
    context.scale(scale, scale);
    context.translate(-12, -12.5);
    context.strokeStyle = "#fff";
    context.lineWidth = 2.3;
    context.lineCap = "round";
    context.lineJoin = "round";
    context.stroke(this.#shapes[profile]);
    context.restore();
  }
}

function rank(id: string, courier: Drawn, selected: string | null): number {
  return id === selected ? 2 : courier.isIdle ? 0 : 1;
}

function ring(context: CanvasRenderingContext2D, radius: number, color: string): void {
  context.beginPath();
  context.arc(0, 0, radius, 0, Math.PI * 2);
  context.fillStyle = color;
  context.fill();
}

function disc(context: CanvasRenderingContext2D, radius: number, color: string): void {
  context.shadowColor = "rgb(22 33 31 / 35%)";
  context.shadowBlur = 4;
  context.shadowOffsetY = 1;
  ring(context, radius + 2, "#fff");
  context.shadowColor = "transparent";
  ring(context, radius, color);
}

function nose(context: CanvasRenderingContext2D, heading: number, radius: number, color: string): void {
  context.save();
  context.rotate(heading);
  context.beginPath();
  context.moveTo(0, -radius - 8);
  context.lineTo(5.5, -radius - 0.5);
  context.lineTo(-5.5, -radius - 0.5);
  context.closePath();
  context.lineWidth = 3;
  context.lineJoin = "round";
  context.strokeStyle = "#fff";
  context.stroke();
  context.fillStyle = color;
  context.fill();
  context.restore();
}

function label(context: CanvasRenderingContext2D, text: string, radius: number): void {
  context.font = "600 11px Inter, system-ui, sans-serif";
  context.textAlign = "center";
  context.textBaseline = "top";
  context.lineWidth = 3.5;
  context.lineJoin = "round";
  context.strokeStyle = "rgb(255 255 255 / 90%)";
  context.strokeText(text, 0, radius + 4);
  context.fillStyle = INK;
  context.fillText(text, 0, radius + 4);
}
