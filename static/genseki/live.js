// Keeps the numbers of an open page fresh. Every page is right without it.
"use strict";

(() => {
  const box = document.querySelector("[data-live]");
  if (!box) return;
  const voice = document.querySelector("[data-live-said]");
  const state = () => box.querySelector("[data-stage]")?.dataset ?? {};
  const first = { ...state() };
  const streams = "stream" in box.dataset && "EventSource" in window;
  let tag = "";
  let version = Number(first.version ?? 0);
  let heard = Date.now();
  let said = first.amount;
  let saidAt = 0;
  let failures = 0;
  let asking = false;
  let timer = 0;
  let source = null;
  let near = Number(first.next ?? 0);
  let streamsAgain = 0;
  let untold = "";
  let leaving = 0;

  // Those who came together do not ask together.
  const wait = (seconds) => {
    clearTimeout(timer);
    if (seconds > 0) timer = setTimeout(watch, seconds * (900 + 200 * Math.random()));
  };

  const show = (html) => {
    const fresh = document.createElement("template");
    fresh.innerHTML = html;
    box.replaceChildren(fresh.content);
    const now = state();
    for (const place of document.querySelectorAll("[data-now]")) place.textContent = now[place.dataset.now];
  };

  const tellAge = () => {
    const minutes = Math.floor((Date.now() - heard) / 60000);
    const note = box.querySelector("[data-old]");
    if (!note) return;
    note.hidden = minutes < 5;
    note.textContent = note.dataset.old.replace("{minutes}", minutes);
  };

  // `html` is missing where nothing has changed; `itsTag` is what an answer is recognised by, and a stream has none.
  const take = (its, html, itsTag) => {
    // Another process may know less yet; what stays older is a new beginning.
    if (its && its < version && Date.now() - heard < 10000) return false;
    if (html) {
      show(html);
      tag = itsTag;
    }
    version = its;
    heard = Date.now();
    const now = state();
    // A changed amount is said, with pauses.
    if (voice && now.amount !== said && heard - saidAt > 9000) {
      voice.textContent = now.say;
      said = now.amount;
      saidAt = heard;
    }
    if (now.stage !== first.stage) leaving ||= setTimeout(leave, 10000 * Math.random());
    return true;
  };

  // Another stage is another page, which a thousand do not fetch in one moment; who types is left alone.
  const leave = () => {
    leaving = 0;
    const typing = document.activeElement?.matches("input, textarea, select");
    if (state().stage !== first.stage && !typing) location.reload();
  };

  const look = async () => {
    if (document.hidden || asking) return;
    asking = true;
    const began = Date.now();
    let seconds = 0;
    try {
      const answer = await fetch(box.dataset.live, {
        cache: "no-store",
        headers: tag ? { "If-None-Match": tag } : {},
        signal: AbortSignal.timeout?.(9000),
      });
      seconds = near = Number(answer.headers.get("X-Next-Poll") ?? 10);
      if (!answer.ok && answer.status !== 304) throw answer;
      const html = answer.status === 200 ? await answer.text() : "";
      take(Number(answer.headers.get("X-Version")), html, answer.headers.get("ETag"));
      failures = 0;
      // A busy site answers slowly.
      if (seconds) seconds = Math.max(seconds, (Date.now() - began) / 500);
    } catch {
      failures += 1;
      seconds = Math.max(seconds, Math.min(2 ** failures, 60));
    }
    asking = false;
    tellAge();
    // Who came back to the page meanwhile may have a stream by now.
    if (!source) wait(seconds);
  };

  const hangUp = () => {
    clearTimeout(timer);
    source?.close();
    source = null;
  };

  // A stream that breaks, or that something on the way keeps to itself, is left alone for a while, and the page asks.
  const listen = () => {
    if (document.hidden || source) return;
    untold = "";
    source = new EventSource(box.dataset.live);
    const lost = () => {
      hangUp();
      streamsAgain = Date.now() + 60000 * (1 + Math.random());
      wait(0.5);
    };
    const expect = (seconds) => {
      clearTimeout(timer);
      timer = setTimeout(lost, seconds * 1000);
    };
    const hear = (event) => {
      expect(40);
      // "The same" is the same as what the stream told last, taken or not.
      const html = event.type === "numbers" ? event.data : untold;
      untold = take(Number(event.lastEventId), html, "") ? "" : html;
      tellAge();
    };
    source.addEventListener("numbers", hear);
    source.addEventListener("same", hear);
    source.addEventListener("error", lost);
    expect(8);
  };

  const watch = () => (streams && near > 0 && near < 30 && Date.now() >= streamsAgain ? listen() : look());

  document.addEventListener("visibilitychange", () => {
    hangUp();
    if (!document.hidden) watch();
  });
  wait(Number(first.next ?? box.dataset.first ?? 5));
})();
