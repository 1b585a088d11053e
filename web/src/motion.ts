// Where a courier is drawn between two reported positions.

export type LonLat = [number, number];

const METERS_PER_DEGREE = 111_320;
/** A report this close to the planned path is taken to be on it. */
const ON_PATH_METERS = 45;
const GLIDE_MS_MIN = 200;
const GLIDE_MS_MAX = 4_000;
/** Beyond this a courier is put down, not moved: the page slept, or the service restarted. */
const JUMP_METERS = 4_000;

/**
 * One courier's movement on the screen: he glides from where he is drawn to where he was last reported, in the time
 * that usually lies between two reports, and along his planned path where the reports lie on it.
 */
export class Glide {
  #line: LonLat[];
  #lengths: number[] = [0];
  #start_ms: number;
  #interval_ms = 1_000;
  heading: number | null = null;

  constructor(at: LonLat, now_ms: number) {
    this.#line = [at];
    this.#start_ms = now_ms;
  }

  /** The last reported position. */
  get target(): LonLat {
    return this.#line[this.#line.length - 1]!;
  }

  report(at: LonLat, now_ms: number, path: readonly LonLat[] | null): void {
    const elapsed = now_ms - this.#start_ms;
    const from = this.at(now_ms);
    const interval = Math.min(GLIDE_MS_MAX, Math.max(GLIDE_MS_MIN, elapsed));
    this.#interval_ms += (interval - this.#interval_ms) * 0.3;
    this.#start_ms = now_ms;
    if (meters(from, at) > JUMP_METERS) this.#line = [at];
    else this.#line = (path && between(path, from, at)) ?? [from, at];
    this.#lengths = lengths(this.#line);
  }

  isMoving(now_ms: number): boolean {
    return this.#total() > 0 && now_ms - this.#start_ms <= this.#interval_ms;
  }

  at(now_ms: number): LonLat {
    const share = Math.min(1, Math.max(0, (now_ms - this.#start_ms) / this.#interval_ms));
    const wanted = share * this.#total();
    if (wanted === 0) return share === 0 ? this.#line[0]! : this.target;
    let leg = 1;
    while (leg < this.#lengths.length - 1 && this.#lengths[leg]! < wanted) leg++;
    const [a, b] = [this.#line[leg - 1]!, this.#line[leg]!];
    const length = this.#lengths[leg]! - this.#lengths[leg - 1]!;
    if (length > 1) this.heading = Math.atan2((b[0] - a[0]) * Math.cos((a[1] * Math.PI) / 180), b[1] - a[1]);
    return interpolate(a, b, length > 0 ? (wanted - this.#lengths[leg - 1]!) / length : 1);
  }

  #total(): number {
    return this.#lengths[this.#lengths.length - 1]!;
  }
}

export function meters(a: LonLat, b: LonLat): number {
  const x = (a[0] - b[0]) * Math.cos((a[1] * Math.PI) / 180);
  return Math.hypot(x, a[1] - b[1]) * METERS_PER_DEGREE;
}

function interpolate(a: LonLat, b: LonLat, share: number): LonLat {
  return [a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share];
}

function lengths(line: readonly LonLat[]): number[] {
  const sums = [0];
  for (let i = 1; i < line.length; i++) sums.push(sums[i - 1]! + meters(line[i - 1]!, line[i]!));
  return sums;
}

interface Foot {
  leg: number;
  at: LonLat;
  away_meters: number;
}

/** The part of the path between two places on it, or null when one is off the path or it leads a long way round. */
function between(path: readonly LonLat[], from: LonLat, to: LonLat): LonLat[] | null {
  let best: LonLat[] | null = null;
  let shortest = meters(from, to) * 2.5 + 60;
  const ends = feet(path, to);
  for (const start of feet(path, from)) {
    for (const end of ends) {
      if (end.leg < start.leg) continue;
      const line = [from, ...path.slice(start.leg + 1, end.leg + 1), to];
      const length = lengths(line)[line.length - 1]!;
      if (length < shortest) [best, shortest] = [line, length];
    }
  }
  return best;
}

/** Every place where the path passes close by; it may pass twice, out and back. */
function feet(path: readonly LonLat[], at: LonLat): Foot[] {
  const found: Foot[] = [];
  for (let leg = 0; leg + 1 < path.length; leg++) {
    const foot = project(path[leg]!, path[leg + 1]!, at);
    const away_meters = meters(foot, at);
    if (away_meters > ON_PATH_METERS) continue;
    const last = found[found.length - 1];
    if (last && last.leg === leg - 1 && last.away_meters <= away_meters) continue;
    if (last && last.leg === leg - 1) found.pop();
    found.push({ leg, at: foot, away_meters });
  }
  return found;
}

function project(a: LonLat, b: LonLat, at: LonLat): LonLat {
  const squeeze = Math.cos((a[1] * Math.PI) / 180);
  const [dx, dy] = [(b[0] - a[0]) * squeeze, b[1] - a[1]];
  const square = dx * dx + dy * dy;
  if (square === 0) return a;
  const share = ((at[0] - a[0]) * squeeze * dx + (at[1] - a[1]) * dy) / square;
  return interpolate(a, b, Math.min(1, Math.max(0, share)));
}
