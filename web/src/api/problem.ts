import type { Problem } from "./contract";

/** A request that the service refused, or that never reached it. */
export class ProblemError extends Error {
  constructor(readonly problem: Problem) {
    super(problem.detail ?? problem.title);
    this.name = "ProblemError";
  }

  /** The last part of the problem's type, such as `slot-gone`. */
  get kind(): string {
    return this.problem.type.slice(this.problem.type.lastIndexOf("/") + 1);
  }

  static unreachable(): ProblemError {
    return new ProblemError({ type: "/problems/unreachable", title: "Unreachable", status: 0 });
  }
}

/** Reads the problem out of a refused response, whatever its body is. */
export async function readProblem(response: Response): Promise<ProblemError> {
  const fallback: Problem = { type: "about:blank", title: response.statusText || "Error", status: response.status };
  try {
    const body: unknown = await response.json();
    if (typeof body !== "object" || body === null) return new ProblemError(fallback);
    return new ProblemError({ ...fallback, ...body });
  } catch {
    return new ProblemError(fallback);
  }
}

const WORDS: Record<string, string> = {
  "slot-gone": "That time has just been taken by somebody else.",
  "offer-used": "That time has already been reserved. Please choose again.",
  "offer-expired": "These delivery times were no longer up to date.",
  "offer-malformed": "That offer is not valid any more. Please choose again.",
  "offer-forged": "That offer is not valid any more. Please choose again.",
  "other-session": "That offer belongs to another checkout. Please choose again.",
  "offer-foreign": "That offer belongs to another city.",
  "hold-expired": "Your reservation ran out before the order was confirmed.",
  "order-under-way": "The order has already left the store and can no longer be cancelled.",
  unreachable: "The shop cannot be reached right now. Please check your connection and try again.",
};

/** Says a failure in words for the customer. */
export function inWords(error: unknown): string {
  if (!(error instanceof ProblemError)) return "Something went wrong on this page. Please reload it.";
  const known = WORDS[error.kind];
  if (known) return known;
  const { problem } = error;
  const fields = (problem.errors ?? []).map((one) => `${fieldName(one.pointer)} ${one.detail}`);
  if (fields.length > 0) return `Please check your entries: ${fields.join("; ")}.`;
  if (problem.status === 503) return "The shop is very busy at this moment. Please try again in a few seconds.";
  return problem.detail ?? "The shop could not answer. Please try again.";
}

function fieldName(pointer: string): string {
  return (pointer.split("/").at(-1) ?? "").replace("mass_grams", "weight").replace("volume_milliliters", "volume");
}
