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

  // How long it still is was true at an hour of the campaign's zone; when it ends, readers elsewhere see in their own.
  const say = (moment, format) => new Intl.DateTimeFormat(document.documentElement.lang, format).format(moment);
  const clock = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
  const day = { month: "short", day: "numeric", weekday: "short", ...clock };
  const tellTimes = () => {
    for (const place of document.querySelectorAll("[data-as-of]:empty")) {
      const time = say(new Date(), { ...clock, timeZone: place.dataset.zone });
      place.textContent = place.dataset.asOf.replace("{time}", time);
    }
    for (const place of document.querySelectorAll("[data-your-time]:empty")) {
      const moment = new Date(place.dataset.moment);
      if (say(moment, day) === say(moment, { ...day, timeZone: place.dataset.zone })) continue;
      const here = say(moment, { ...day, timeZoneName: "short" });
      place.textContent = place.dataset.yourTime.replace("{moment}", here);
    }
  };
  tellTimes();
  const numbers = document.querySelector("[data-live]");
  if (numbers) new MutationObserver(tellTimes).observe(numbers, { childList: true });

  // Pictures come small, so that the page is light; what comes near is asked for as wide as it is shown.
  const near = new IntersectionObserver((seen) => {
    for (const { target } of seen.filter((one) => one.isIntersecting)) {
      near.unobserve(target);
      target.previousElementSibling.sizes = target.sizes;
    }
  }, { rootMargin: "300px" });
  for (const picture of document.querySelectorAll("picture > source + img")) near.observe(picture);

  for (const button of document.querySelectorAll("[data-copy]")) {
    if (!navigator.clipboard) continue;
    button.hidden = false;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).value);
      button.textContent = button.dataset.copied;
    });
  }
})();
