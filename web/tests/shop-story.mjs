// A shop's page at another origin than the service: slots, keyboard, hold and exchange, both languages, and everything
// that can go wrong on the way.

import axe from "axe-core";
import { serveShop } from "./shop.mjs";
import { expect, picture, step, watch } from "./story.mjs";

const KEY = "pk_marketrow1";
const BASKET = { items: "12", "mass-grams": "5400", "volume-milliliters": "16000" };
const SIZE = { width: 700, height: 900 };
/** Customers of the demonstration buy meanwhile: a slot may be gone before it is held. */
const HOLD_ATTEMPTS = 5;
/** Failures of the network are what some steps are about; the browser writes each to its console. */
const EXPECTED = /Failed to load resource|blocked by CORS policy/;

const free = '[role="radio"]:not([aria-disabled])';
const heard = (page, name) => page.evaluate((wanted) => window.heard.filter((one) => one.name === wanted), name);
const waitFor = (page, name, count) => page.waitForFunction(([wanted, least]) => window.heard.filter((one) => one.name === wanted).length >= least, [name, count]);
const focused = (page) => page.evaluate(() => {
  const at = document.activeElement?.shadowRoot?.activeElement;
  return { role: at?.getAttribute("role"), selected: at?.getAttribute("aria-selected"), key: at?.dataset.key, disabled: at?.getAttribute("aria-disabled") };
});
const set = (page, name, value) => page.evaluate(([attribute, text]) => document.querySelector("punctual-slots").setAttribute(attribute, text), [name, value]);

/** A door near a store that can have slots now. */
async function door(service) {
  const { stores } = await (await fetch(`${service}/v1/regions/demo`)).json();
  for (const store of stores) {
    for (const [north, east] of [[0.004, 0.003], [-0.005, 0.004], [0.002, -0.007], [-0.003, -0.006]]) {
      const location = { lat: store.location.lat + north, lon: store.location.lon + east };
      const basket = { items: 12, mass_grams: 5400, volume_milliliters: 16000 };
      const answer = await fetch(`${service}/v1/regions/demo/quotes`, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ location, basket }) });
      const { offers = [] } = await answer.json();
      if (offers.filter((offer) => offer.kind === "scheduled").length > 4) return { latitude: location.lat.toFixed(6), longitude: location.lon.toFixed(6) };
    }
  }
  throw new Error("no door near a store has five hours to choose from");
}

async function open(browser, shop, attributes, options = {}) {
  const context = await browser.newContext({ viewport: SIZE, ...options });
  const page = await context.newPage();
  await page.goto(`${shop}/?${new URLSearchParams({ region: "demo", key: KEY, ...BASKET, ...attributes })}`);
  return page;
}

const shown = (page) => page.locator(free).first().waitFor();

/** Chooses one of the day's hours that is not held yet. */
async function take(page, act) {
  const before = (await heard(page, "punctual-hold")).length;
  for (let attempt = 1; attempt <= HOLD_ATTEMPTS; attempt++) {
    await page.locator('section[aria-busy="false"]').waitFor();
    await act(attempt);
    const isDone = page.waitForFunction((count) => window.heard.filter((one) => one.name === "punctual-hold" || one.name === "punctual-error").length > count, before + (await heard(page, "punctual-error")).length);
    await isDone;
    const holds = await heard(page, "punctual-hold");
    if (holds.length > before) return holds.at(-1);
  }
  throw new Error(`no slot could be held in ${HOLD_ATTEMPTS} attempts`);
}

const status = async (service, hold) => (await fetch(`${service}/v1/regions/demo/holds/${hold}`)).status;

async function withKeyboard(page, service) {
  await step("days are tabs that arrow keys open", async () => {
    await page.locator('[role="tab"][aria-selected="true"]').focus();
    const days = await page.locator('[role="tab"]').count();
    await page.keyboard.press("End");
    await page.waitForFunction(() => document.activeElement.shadowRoot.activeElement?.matches('[role="tab"]:last-child[aria-selected="true"]'));
    await page.keyboard.press("ArrowRight");
    await page.waitForFunction(() => document.activeElement.shadowRoot.activeElement?.matches('[role="tab"]:first-child[aria-selected="true"]'));
    await page.keyboard.press("End");
    await page.waitForFunction((last) => document.activeElement.shadowRoot.querySelectorAll('[role="tab"]')[last]?.getAttribute("aria-selected") === "true", days - 1);
  });
  return step("an hour is chosen with the keyboard and held", async () => {
    await page.keyboard.press("Tab");
    expect((await focused(page)).role === "radio", "Tab does not lead from the days to the hours");
    const before = (await focused(page)).key;
    await page.keyboard.press("ArrowDown");
    await page.waitForFunction((key) => document.activeElement.shadowRoot.activeElement?.dataset.key !== key, before);
    const hold = await take(page, async () => {
      for (let n = 0; n < 20 && (await focused(page)).disabled; n++) await page.keyboard.press("ArrowDown");
      await page.keyboard.press("Enter");
    });
    await page.locator(".held").waitFor();
    expect((await status(service, hold.hold)) === 200, `${hold.hold} is not held`);
    expect(hold.slot.kind === "scheduled" && hold.fee.currency === "RUB" && hold.session.length > 0, JSON.stringify(hold));
    expect((await focused(page)).role === "radio", "the focus is lost when a slot is held");
    return hold;
  });
}

async function holding(page, service, first) {
  await step("the countdown runs, and is not read out each second", async () => {
    const countdown = page.locator(".countdown b");
    const before = await countdown.innerText();
    expect(/^\d+:\d\d$/.test(before), `it shows ${before}`);
    await page.waitForFunction((old) => document.querySelector("punctual-slots").shadowRoot.querySelector(".countdown b").innerText !== old, before);
    expect((await page.locator('[role="timer"]').getAttribute("aria-live")) === "off", "the timer is a live region");
    const said = await page.locator('[role="status"]').innerText();
    expect(/^(Reserved for you|Your reservation ends in) /.test(said.replace(":", " ")), `the live region says: ${said}`);
  });
  const second = await step("arrow keys lead to another slot, and it is exchanged for the held one", async () => {
    const hold = await take(page, async () => {
      await page.locator('[role="tabpanel"] [role="radio"][tabindex="0"]').focus();
      await page.keyboard.press("ArrowDown");
      for (let n = 0; n < 20 && (await focused(page)).disabled; n++) await page.keyboard.press("ArrowDown");
    });
    expect(hold.replaces === first.hold, `${hold.hold} replaces ${hold.replaces}, not ${first.hold}`);
    expect((await status(service, first.hold)) === 410, `${first.hold} is still held`);
    expect((await page.locator('[aria-checked="true"]').count()) === 1, "not exactly one slot is checked");
    return hold;
  });
  await step("a reload of the page keeps the hold", async () => {
    await page.reload();
    await page.locator(".held").waitFor();
    const [again] = await heard(page, "punctual-hold");
    expect(again.hold === second.hold, `${again.hold} instead of ${second.hold}`);
  });
  await step("another basket keeps the slot or gives it back", async () => {
    await set(page, "items", "14");
    await page.waitForFunction(() => window.heard.length > 1);
    const [, next] = await page.evaluate("window.heard");
    const isKept = next.name === "punctual-hold" && next.replaces === second.hold && next.slot.window.start === second.slot.window.start;
    expect(isKept || next.reason === "impossible", JSON.stringify(next));
    await page.locator('section[aria-busy="false"]').waitFor();
  });
  await step("a hold is given back", async () => {
    if ((await page.locator(".held").count()) === 0) await take(page, (attempt) => page.locator(`.scheduled${free}`).nth(attempt).click());
    const { hold } = (await heard(page, "punctual-hold")).at(-1);
    await page.locator(".held button").click();
    await page.locator('[data-notice="returned"]').waitFor();
    await page.locator('section[aria-busy="false"]').waitFor();
    expect((await heard(page, "punctual-release")).at(-1).reason === "returned", "the page does not hear of it");
    for (let n = 0; n < 50 && (await status(service, hold)) !== 410; n++) await page.waitForTimeout(100);
    expect((await status(service, hold)) === 410, `${hold} is still held`);
  });
}

async function goingWrong(page) {
  await step("a slot that is gone is said to be, and the list is fresh", async () => {
    const problem = { type: "/problems/slot-gone", title: "The slot is gone", status: 409, detail: "" };
    const headers = { "access-control-allow-origin": new URL(page.url()).origin };
    await page.route("**/holds", (route) => route.fulfill({ status: 409, headers, contentType: "application/problem+json", json: problem }), { times: 1 });
    await page.locator(`.scheduled${free}`).first().click();
    await page.locator('[data-notice="gone"]').waitFor();
    await shown(page);
    expect((await page.locator('[aria-checked="true"]').count()) === 0, "the slot that is gone is still checked");
  });
  await step("a busy service is asked again", async () => {
    const headers = { "access-control-allow-origin": new URL(page.url()).origin, "access-control-expose-headers": "retry-after", "retry-after": "2" };
    await page.route("**/quotes", (route) => route.fulfill({ status: 503, headers, json: { type: "/problems/busy", title: "Busy", status: 503 } }), { times: 1 });
    await set(page, "items", "13");
    await page.locator('[data-failure="busy"]').waitFor();
    expect((await heard(page, "punctual-error")).at(-1).retrying, "it is not tried again");
    await page.locator('[data-failure]').waitFor({ state: "detached" });
    await shown(page);
  });
  await step("no connection is said, and got over", async () => {
    await page.context().setOffline(true);
    await set(page, "items", "12");
    await page.locator('[data-failure="offline"]').waitFor();
    await page.context().setOffline(false);
    await page.locator('[data-failure]').waitFor({ state: "detached" });
    await shown(page);
  });
  await step("a hold that runs out says so and shows times again", async () => {
    await take(page, (attempt) => page.locator(`.scheduled${free}`).nth(attempt).click());
    await page.locator('[data-notice="expired"]').waitFor({ timeout: 90_000 });
    await shown(page);
    expect((await heard(page, "punctual-release")).at(-1).reason === "expired", "the page does not hear of it");
    expect((await page.locator(".held").count()) === 0, "the hold is still shown");
  });
}

/** Has the next quote refuse its first two hours: one by a code that the page knows, one by a code that it does not. */
function refuse(page) {
  const causes = [
    { reason: "no_courier_in_time", detail: "no courier can be at the door in time", remedy: { kind: "later", until: "2026-11-23T18:20:00+03:00" } },
    { reason: "solar_eclipse", detail: "the sun is dark" },
  ];
  return page.route("**/quotes", async (route) => {
    const response = await route.fetch();
    const quote = await response.json();
    const taken = quote.offers.filter((offer) => offer.kind === "scheduled").slice(0, 2);
    quote.offers = quote.offers.filter((offer) => !taken.includes(offer));
    quote.refusals = taken.map(({ kind, window }, at) => ({ kind, window, store: null, ...causes[at] }));
    await route.fulfill({ response, json: quote });
  }, { times: 1 });
}

/** What a checker of accessibility finds in the page as it is. */
async function faults(page) {
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate(() => window.axe.run("punctual-slots"));
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => `${node.target} ${node.failureSummary}`).slice(0, 2).join(" | ")}`);
}

async function looks(browser, shop, at, complaints) {
  await step("the page speaks Russian, in the light and at night", async () => {
    const page = await open(browser, shop, { ...at, lang: "ru" });
    watch(page, "shop in Russian", complaints, EXPECTED);
    await shown(page);
    await take(page, (attempt) => page.locator(`.scheduled${free}`).nth(attempt).click());
    const text = await page.locator("punctual-slots section").innerText();
    expect(/Когда доставить\?/.test(text) && /(Сегодня|Завтра)/.test(text) && /Зарезервировано/.test(text), text);
    expect(!/Expected|Today|Tomorrow|Free|Reserved|late/.test(text), text);
    expect(/\d₽|\d\s₽|Бесплатно/.test(text), text);
    await picture(page, "widget-ru.png");
    const found = await faults(page);
    // At once: colors that fade over would be judged on their way.
    await page.emulateMedia({ colorScheme: "dark", reducedMotion: "reduce" });
    found.push(...(await faults(page)));
    await picture(page, "widget-dark.png");
    expect(found.length === 0, found.join("\n"));
    await page.locator(".held button").click();
    await page.locator('[data-notice="returned"]').waitFor();
    await page.context().close();
  });
  await step("what cannot be had says why, and what would help", async () => {
    const page = await open(browser, shop, { ...at, lang: "ru", latitude: "" });
    watch(page, "shop with refusals", complaints, EXPECTED);
    await page.getByText("Укажите адрес").waitFor();
    await refuse(page);
    await set(page, "latitude", at.latitude);
    await shown(page);
    const refused = page.locator('.refused[aria-disabled="true"]');
    const [known, unknown] = [await refused.nth(0).innerText(), await refused.nth(1).innerText()];
    expect(/Все курьеры заняты/.test(known) && /Успеем к 18:20/.test(known), known);
    expect(/The sun is dark/.test(unknown), unknown);
    await refused.nth(0).click({ force: true });
    expect((await page.locator('[aria-checked="true"]').count()) === 0, "a refused slot can be chosen");
    expect((await faults(page)).length === 0, (await faults(page)).join("\n"));
    await picture(page, "widget-refusals.png");
    await page.context().close();
  });
  await step("goods and customer are what the page says they are", async () => {
    const who = { tier: "loyal", channel: "app" };
    const page = await open(browser, shop, { ...at, ...who, latitude: "", value: "245000", currency: "RUB", classes: " frozen  alcohol" });
    watch(page, "shop of the loyal", complaints, EXPECTED);
    const asks = page.waitForRequest((request) => request.method() === "POST" && request.url().endsWith("/quotes"));
    await set(page, "latitude", at.latitude);
    const { basket, ...asked } = (await asks).postDataJSON();
    expect(asked.tier === who.tier && asked.channel === who.channel, JSON.stringify(asked));
    expect(JSON.stringify([basket.value, basket.classes]) === '[{"amount":245000,"currency":"RUB"},["frozen","alcohol"]]', JSON.stringify(basket));
    await shown(page);
    const held = page.waitForResponse((response) => response.url().endsWith("/holds") && response.status() === 201);
    await take(page, (attempt) => page.locator(`.scheduled${free}`).nth(attempt).click());
    expect((await (await held).json()).tier === who.tier, "the hold is not of the tier");
    await page.locator(".held button").click();
    await page.locator('[data-notice="returned"]').waitFor();
    await page.context().close();
  });
  await step("the document's language is taken where the element has none", async () => {
    const page = await open(browser, shop, { ...at, page: "ru" });
    await page.getByText("Когда доставить?").waitFor();
    await page.context().close();
  });
  await step("it fits into 320 pixels", async () => {
    const page = await open(browser, shop, { ...at, lang: "ru" }, { viewport: { width: 320, height: 640 } });
    watch(page, "narrow shop", complaints, EXPECTED);
    await shown(page);
    const width = await page.evaluate("document.documentElement.scrollWidth");
    expect(width <= 320, `the page is ${width} pixels wide`);
    expect((await faults(page)).length === 0, (await faults(page)).join("\n"));
    await picture(page, "widget-narrow.png");
    await page.context().close();
  });
}

async function refused(browser, shop, at) {
  const fails = async (page, type) => {
    await page.locator('[data-failure="setup"]').waitFor();
    const [error] = await heard(page, "punctual-error");
    expect(error.type === type && !error.retrying, JSON.stringify(error));
    await picture(page, "widget-refused.png");
    await page.context().close();
  };
  await step("a page without the key is told so", async () => fails(await open(browser, shop, { ...at, key: "" }), "/problems/key-missing"));
  await step("a page of an origin that is not named is told so", async () => {
    await fails(await open(browser, shop.replace("127.0.0.1", "localhost"), at), "/problems/origin-refused");
  });
}

/** Plays the whole story on a page that is served at `port`. */
export async function shopStory(browser, service, port, complaints) {
  const server = await serveShop(service, port);
  try {
    const shop = `http://127.0.0.1:${port}`;
    const at = await door(service);
    const page = await open(browser, shop, { ...at, lang: "en" });
    watch(page, "shop", complaints, EXPECTED);
    await step("slots appear on a page of another origin", () => shown(page));
    const first = await withKeyboard(page, service);
    await picture(page, "widget.png");
    await step("a checker finds no fault in accessibility", async () => {
      const found = await faults(page);
      expect(found.length === 0, found.join("\n"));
    });
    await holding(page, service, first);
    await goingWrong(page);
    await looks(browser, shop, at, complaints);
    await refused(browser, shop, at);
  } finally {
    server.close();
    server.closeAllConnections();
  }
}
