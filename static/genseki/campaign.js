// What makes a campaign's page handier. Every page is right without it.
"use strict";

(() => {
  // The bar at the foot of a phone would hide the very button that it stands for.
  const give = document.querySelector("[data-give]");
  const bar = document.querySelector(".give-bar");
  if (give && bar && "IntersectionObserver" in window) {
    new IntersectionObserver(([seen]) => (bar.hidden = seen.isIntersecting)).observe(give);
  }

  // Where there is room, what phones fold simply stands there. Browsers whose sheets cannot do that open it.
  if (!CSS.supports("selector(::details-content)") && matchMedia("(min-width: 48em)").matches) {
    for (const fold of document.querySelectorAll(".phone-fold, .tree-fold")) fold.open = true;
  }

  for (const button of document.querySelectorAll("[data-copy]")) {
    if (!navigator.clipboard) continue;
    button.hidden = false;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).value);
      button.textContent = button.dataset.copied;
    });
  }
})();
