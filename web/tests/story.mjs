// What the browser's stories share: steps that are counted, pages that are watched, pictures that are kept.

import { mkdir } from "node:fs/promises";
import { join } from "node:path";

const STEP_MS = 60_000;

export const counted = { passed: 0, failed: 0 };

/** Runs one step, prints its line, and stops the story when it fails. */
export async function step(name, act) {
  try {
    const result = await act();
    counted.passed++;
    console.log(`ok    ${name}`);
    return result;
  } catch (error) {
    counted.failed++;
    console.log(`FAIL  ${name}\n      ${String(error.message ?? error).split("\n").slice(0, 6).join("\n      ")}`);
    throw error;
  }
}

/** Keeps what a page complains about: its errors, and what it writes to the console unless it is `expected`. */
export function watch(page, name, complaints, expected = /^$/) {
  page.setDefaultTimeout(STEP_MS);
  page.on("console", (message) => {
    if (message.type() === "error" && !expected.test(message.text())) complaints.push(`${name}: ${message.text()}`);
  });
  page.on("pageerror", (error) => complaints.push(`${name}: ${error.message}`));
}

/** Keeps a picture of the page where SCREENSHOTS names a folder. */
export async function picture(page, name) {
  if (!process.env.SCREENSHOTS) return;
  await mkdir(process.env.SCREENSHOTS, { recursive: true });
  await page.screenshot({ path: join(process.env.SCREENSHOTS, name) });
}

/** Fails unless it is so. */
export function expect(isSo, complaint) {
  if (!isSo) throw new Error(complaint);
}
