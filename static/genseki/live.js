// Keeps the numbers of a page fresh, and copies an address. Every page is right without it.
"use strict";

(() => {
  const box = document.querySelector("[data-live]");
  const said = document.querySelector("[data-live-said]");
  let tag = "";
  let timer = 0;

  const wait = (seconds) => {
    clearTimeout(timer);
    if (seconds > 0) timer = setTimeout(look, seconds * 1000);
  };

  const state = () => box.querySelector("[data-stage]")?.dataset ?? {};

  const show = (html) => {
    const before = { ...state() };
    const fresh = document.createElement("template");
    fresh.innerHTML = html;
    box.replaceChildren(fresh.content);
    const now = state();
    if (said && now.amount !== before.amount) said.textContent = now.say;
    // Another stage is another page; nobody is interrupted who is typing.
    const typing = document.activeElement?.matches("input, textarea, select");
    if (now.stage !== before.stage && !typing) location.reload();
  };

  const look = async () => {
    if (document.hidden) return;
    let seconds = 10;
    try {
      const answer = await fetch(box.dataset.live, {
        cache: "no-store",
        credentials: "same-origin",
        headers: tag ? { "If-None-Match": tag } : {},
      });
      seconds = Number(answer.headers.get("X-Next-Poll") ?? seconds);
      if (answer.status === 200) {
        tag = answer.headers.get("ETag") ?? "";
        show(await answer.text());
      } else if (answer.status !== 304) {
        seconds = 60;
      }
    } catch {
      seconds = 30;
    }
    wait(seconds);
  };

  if (box) {
    document.addEventListener("visibilitychange", () => (document.hidden ? clearTimeout(timer) : look()));
    wait(Number(box.dataset.first ?? 5));
  }

  // The bar at the foot of a phone would hide the very button that it stands for.
  const give = document.querySelector("[data-give]");
  const bar = document.querySelector(".give-bar");
  if (give && bar && "IntersectionObserver" in window) {
    new IntersectionObserver(([seen]) => (bar.hidden = seen.isIntersecting)).observe(give);
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
