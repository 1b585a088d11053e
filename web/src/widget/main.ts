import { PunctualSlots } from "./punctual-slots";

// A page may load the script twice.
if (!customElements.get("punctual-slots")) customElements.define("punctual-slots", PunctualSlots);
