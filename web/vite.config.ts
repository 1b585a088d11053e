import { defineConfig } from "vite";

const SERVICE = "http://127.0.0.1:8080";

// Two pages, one bundle folder. The service embeds `dist` and serves `checkout.html` at `/checkout`.
export default defineConfig({
  base: "/",
  build: {
    outDir: "dist",
    target: "es2022",
    modulePreload: { polyfill: false },
    // MapLibre alone is above the default limit; it is loaded once, from the same machine.
    chunkSizeWarningLimit: 1300,
    rolldownOptions: {
      input: { console: "index.html", checkout: "checkout.html" },
      output: {
        // The map's worker comes as `.mjs`, which not every server knows as JavaScript.
        assetFileNames: (asset) => (asset.names.some((name) => name.endsWith(".mjs")) ? "assets/[name]-[hash].js" : "assets/[name]-[hash][extname]"),
      },
    },
  },
  server: { proxy: { "/v1": SERVICE, "/widget.js": SERVICE } },
});
