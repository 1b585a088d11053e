// Drives the pages in a real browser against a running demonstration:
//
//   node tests/browser.mjs http://127.0.0.1:8080 8090      SCREENSHOTS=docs writes pictures there
//
// A customer books an order on the checkout page; the dispatcher must see it on the console. Then a page of a shop at
// another origin, served at the port, shows the slots: the demonstration must know http://127.0.0.1:PORT as a shop
// with the key pk_marketrow1. Every wait is bounded.

import { chromium } from "playwright-core";
import { shopStory } from "./shop-story.mjs";
import { counted, expect, picture, step, watch } from "./story.mjs";

const BASE = process.argv[2];
const SHOP_PORT = Number(process.argv[3]);
const CHROMIUM = process.env.CHROMIUM ?? "/usr/bin/chromium";
const VIEWPORT = { width: 1280, height: 800 };
const HOLD_ATTEMPTS = 4;
/** From a whole city to some blocks. */
const CLOSER_CLICKS = 4;
const FLAGS = [
  "--no-sandbox", "--disable-gpu", "--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--disable-background-networking",
  "--disable-component-update", "--disable-sync", "--disable-quic", "--no-first-run",
];
/** Where to click for a door, as shares of the map's width and height, until one has a slot. */
const DOORS = [[0.56, 0.46], [0.44, 0.42], [0.5, 0.62], [0.6, 0.58], [0.4, 0.55], [0.5, 0.36], [0.66, 0.44], [0.34, 0.48]];

const text = async (page, id) => (await page.getByTestId(id).first().innerText()).trim();

/** Clicks one place of the map after the other until a slot is offered there. */
async function findDoor(page) {
  const box = await page.getByTestId("map").boundingBox();
  for (const [x, y] of DOORS) {
    const answered = page.waitForResponse((response) => response.url().endsWith("/quotes"));
    await page.mouse.click(box.x + box.width * x, box.y + box.height * y);
    await answered;
    await page.locator('punctual-slots section[aria-busy="false"]').waitFor();
    if ((await hours(page).count()) > 0) return;
  }
  throw new Error(`no delivery slot was offered at any of ${DOORS.length} doors`);
}

/** At the demo's speed an express order is soon delivered and gone from the map, so an hour is bought. */
const hours = (page) => page.locator('punctual-slots .scheduled[role="radio"]:not([aria-disabled])');

/** Other customers buy meanwhile: a slot that is gone is answered with fresh ones, and chosen again. */
async function hold(page) {
  for (let attempt = 1; attempt <= HOLD_ATTEMPTS; attempt++) {
    const answered = page.waitForResponse((response) => response.url().endsWith("/holds"));
    await hours(page).nth(Math.min(1, (await hours(page).count()) - 1)).click();
    if ((await answered).status() === 201) return page.locator("punctual-slots .held").waitFor();
    await page.locator('punctual-slots section[aria-busy="false"]').waitFor();
  }
  throw new Error(`no slot could be held in ${HOLD_ATTEMPTS} attempts`);
}

async function checkOut(page) {
  await step("the checkout page opens", async () => {
    await page.goto(`${BASE}/checkout`);
    await page.getByTestId("store-marker").first().waitFor();
  });
  await step("a basket is chosen and changed", async () => {
    await page.getByTestId("preset").nth(1).click();
    await page.getByTestId("basket-items").fill("9");
    await page.getByTestId("basket-items").press("Tab");
  });
  await step("a door on the map gets delivery times", () => findDoor(page));
  await step("a slot is chosen and held", async () => {
    await hold(page);
    const left = await page.locator("punctual-slots .countdown b").innerText();
    expect(/^\d+:\d\d$/.test(left) && left !== "0:00", `the hold's countdown shows ${left}`);
  });
  await picture(page, "checkout.png");
  return step("the hold is booked", async () => {
    await page.getByTestId("book").click();
    await page.getByTestId("booked").waitFor();
    const order = await text(page, "order-number");
    if (!/^O\d+$/.test(order)) throw new Error(`the order number is ${order}`);
    await picture(page, "booked.png");
    return order;
  });
}

async function lookAtConsole(page, order) {
  await step("the console opens and is live", async () => {
    await page.goto(`${BASE}/?order=${order}`);
    await page.waitForFunction(() => window.punctual?.connection === "live");
  });
  await step(`order ${order} has its row`, () => page.locator(`[data-testid="order-row"][data-order="${order}"]`).waitFor());
  await step(`order ${order} has its stop on the map`, async () => {
    await page.waitForFunction((id) => window.punctual.isStopDrawn(id), order);
    const count = Number(await page.getByTestId("stop-count").getAttribute("data-count"));
    if (!(count > 0)) throw new Error(`the legend counts ${count} stops`);
  });
  await step("the map is drawn from tiles, and nobody is named for an invented city", async () => {
    await page.waitForFunction(() => window.punctual.streets().pieces > 0);
    expect((await page.locator(".maplibregl-ctrl-attrib").count()) === 0, "somebody is named beside the map");
  });
  await step("couriers have positions and rows", async () => {
    await page.waitForFunction(() => window.punctual.couriersWithPosition > 0);
    await page.getByTestId("tab-couriers").click();
    await page.getByTestId("courier-row").first().waitFor();
  });
  await step("couriers move", async () => {
    const before = await page.evaluate(() => window.punctual.positions());
    await page.waitForFunction((old) => Object.entries(window.punctual.positions()).some(([id, [lon, lat]]) => old[id] && (old[id][0] !== lon || old[id][1] !== lat)), before);
  });
  await step("the clock advances", async () => {
    const before = await page.evaluate(() => window.punctual.now);
    await page.waitForFunction((old) => Date.parse(window.punctual.now) > Date.parse(old), before);
  });
  await step("a courier can be picked from the list", async () => {
    await page.getByTestId("courier-row").first().click();
    await page.getByTestId("detail").waitFor();
  });
  await picture(page, "courier.png");
  await step("orders are listed", async () => {
    await page.getByLabel("Close details").click();
    await page.getByTestId("tab-orders").click();
    await page.getByTestId("order-row").first().waitFor();
  });
}

async function story(browser, complaints) {
  const checkout = await browser.newPage({ viewport: VIEWPORT, bypassCSP: true });
  watch(checkout, "checkout", complaints);
  const order = await checkOut(checkout);
  const dispatcher = await browser.newPage({ viewport: VIEWPORT, bypassCSP: true });
  watch(dispatcher, "console", complaints);
  await lookAtConsole(dispatcher, order);
  await picture(dispatcher, "order.png");
  // For the picture the whole region, as a dispatcher sees it on opening.
  await dispatcher.goto(`${BASE}/`);
  await dispatcher.waitForFunction(() => window.punctual?.stopsDrawn > 0 && window.punctual.couriersWithPosition > 0);
  await dispatcher.waitForTimeout(2_500);
  await picture(dispatcher, "console.png");
  await step("streets have names where one looks closely", async () => {
    for (let click = 0; click < CLOSER_CLICKS; click++) {
      await dispatcher.getByLabel("Zoom in").click();
      await dispatcher.waitForTimeout(500);
    }
    await dispatcher.waitForFunction(() => window.punctual.streets().names.length > 0);
  });
  await picture(dispatcher, "street-names.png");
  await step("the order's state reaches the customer", async () => {
    const shown = await text(checkout, "order-state");
    if (shown.length === 0) throw new Error("the booked order shows no state");
  });
  await shopStory(browser, BASE, SHOP_PORT, complaints);
  await step("no page complains", async () => {
    if (complaints.length > 0) throw new Error(complaints.slice(0, 5).join("\n"));
  });
}

if (!BASE || !SHOP_PORT) {
  console.error("usage: node tests/browser.mjs BASE_URL SHOP_PORT");
  process.exit(2);
}
const browser = await chromium.launch({ executablePath: CHROMIUM, headless: true, args: FLAGS });
const complaints = [];
try {
  await story(browser, complaints);
} catch (error) {
  if (counted.failed === 0) {
    counted.failed++;
    console.log(`FAIL  ${String(error.message ?? error)}`);
  }
  for (const complaint of complaints) console.log(`      ${complaint}`);
} finally {
  await browser.close();
}
console.log(`${counted.passed} passed, ${counted.failed} failed`);
process.exitCode = counted.failed === 0 ? 0 : 1;
