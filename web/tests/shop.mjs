// A bare page of a shop at another origin, with the one script tag and the element:
//
//   node tests/shop.mjs SERVICE PORT      then open http://127.0.0.1:PORT/?latitude=…&longitude=…
//
// Every parameter of the address becomes an attribute of the element.

import { createServer } from "node:http";
import { fileURLToPath } from "node:url";

const ATTRIBUTES = new Set(["region", "key", "base", "latitude", "longitude", "items", "mass-grams", "volume-milliliters", "value", "currency", "classes", "tier", "channel", "lang"]);
const escape = (text) => text.replace(/[&<>"]/g, (one) => `&#${one.charCodeAt(0)};`);

function page(service, parameters) {
  const attributes = [...parameters].filter(([name]) => ATTRIBUTES.has(name)).map(([name, value]) => ` ${name}="${escape(value)}"`).join("");
  return `<!doctype html>
<html lang="${escape(parameters.get("page") ?? "en")}">
<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Another shop</title>
<link rel="icon" href="data:,">
<style>
  :root { color-scheme: light dark; font: 15px/1.4 system-ui, sans-serif; background: light-dark(#faf7f2, #0d1211); color: light-dark(#221c14, #f3efe8); }
  body { max-width: 640px; margin: 0 auto; padding: 12px; }
  header { display: flex; justify-content: space-between; padding: 4px 4px 14px; }
</style>
<script type="module" src="${escape(service)}/widget.js"></script>
<script>
  window.heard = [];
  for (const name of ["punctual-hold", "punctual-release", "punctual-error"]) addEventListener(name, ({ detail }) => heard.push({ name, ...detail }));
</script>
<header><b>Tea &amp; Honey</b><span>${escape(parameters.get("items") ?? "0")} ×</span></header>
<punctual-slots${attributes}></punctual-slots>
</html>`;
}

/** Serves the page at a port of this machine; 0 takes a free one. */
export function serveShop(service, port) {
  const server = createServer((request, response) => {
    response.writeHead(200, { "content-type": "text/html; charset=utf-8" });
    response.end(page(service, new URL(request.url, "http://shop").searchParams));
  });
  return new Promise((resolve, reject) => server.once("error", reject).listen(port, () => resolve(server)));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [service = "http://127.0.0.1:8090", port = "8091"] = process.argv.slice(2);
  await serveShop(service, Number(port));
  process.stdout.write(`a shop's page on http://127.0.0.1:${port}/?region=demo&key=pk_marketrow1&latitude=55.7&longitude=37.52&items=12&mass-grams=5400&volume-milliliters=16000\n`);
}
