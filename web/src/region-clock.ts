import type { Timestamp } from "./api/contract";

/** The share of an error that one tick corrects, so that a late tick does not make the clock jump. */
const CORRECTION = 0.2;
const JUMP_REAL_MS = 2_500;

/** The region's clock, carried on between the service's ticks at the region's speed. */
export class RegionClock {
  #real_ms: number;
  #region_ms: number;
  #offset_ms: number;
  #speed: number;

  constructor(now: Timestamp, speed: number) {
    this.#real_ms = performance.now();
    this.#region_ms = Date.parse(now);
    this.#offset_ms = offset(now);
    this.#speed = speed;
  }

  get speed(): number {
    return this.#speed;
  }

  /** The region's time in milliseconds since the epoch. */
  now(): number {
    return this.#region_ms + (performance.now() - this.#real_ms) * this.#speed;
  }

  /** Takes over what the service says; small differences are evened out over some ticks. */
  tick(now: Timestamp, speed: number): void {
    const ours = this.now();
    const error = Date.parse(now) - ours;
    const jump = speed !== this.#speed || Math.abs(error) > JUMP_REAL_MS * Math.max(1, speed);
    this.#real_ms = performance.now();
    this.#region_ms = ours + (jump ? error : error * CORRECTION);
    this.#offset_ms = offset(now);
    this.#speed = speed;
  }

  /** The region's time as a timestamp with its offset, to the second. */
  stamp(): Timestamp {
    const sign = this.#offset_ms < 0 ? "-" : "+";
    const zone = new Date(Math.abs(this.#offset_ms)).toISOString().slice(11, 16);
    return `${new Date(this.now() + this.#offset_ms).toISOString().slice(0, 19)}${sign}${zone}`;
  }

  /** How long until then on the region's clock, in seconds; negative when past. */
  secondsUntil(at: Timestamp): number {
    return (Date.parse(at) - this.now()) / 1000;
  }

  /** How long until then for somebody who sits in front of the screen, in seconds. */
  realSecondsUntil(at: Timestamp): number {
    return this.secondsUntil(at) / (this.#speed || 1);
  }
}

function offset(stamp: Timestamp): number {
  const match = /([+-])(\d\d):(\d\d)$/.exec(stamp);
  if (!match) return 0;
  const minutes = Number(match[2]) * 60 + Number(match[3]);
  return (match[1] === "-" ? -minutes : minutes) * 60_000;
}
