import { defineConfig } from "vite";

// The slots for a shop's own page: one script with everything in it, at an address that stays. It is built after the
// pages, into the same folder.
export default defineConfig({
  base: "/",
  publicDir: false,
  build: {
    outDir: "dist",
    emptyOutDir: false,
    target: "es2022",
    modulePreload: false,
    rolldownOptions: {
      input: "src/widget/main.ts",
      output: { entryFileNames: "widget.js", codeSplitting: false },
    },
  },
});
