// Enhancement only: every page does its work without this file.
"use strict";

// A link to a question opens it.
function openTarget() {
  const target = document.getElementById(location.hash.slice(1));
  const fold = target && target.closest("details");
  if (fold) {
    fold.open = true;
    target.scrollIntoView();
  }
}
addEventListener("hashchange", openTarget);
openTarget();

// A figure and its list: what is pointed at in one lights up in the other.
function light(event) {
  const link = event.target.closest("a[href]");
  const row = event.target.closest("li[id]");
  const address = link ? link.getAttribute("href") : row && `#${row.id}`;
  if (!address && document.querySelector(".body-map")) return; // a name on the map stays until something else is pointed at
  for (const lit of document.querySelectorAll(".is-lit")) lit.classList.remove("is-lit");
  if (!address) return;
  for (const twin of document.querySelectorAll(`.plate [href="${address}"], .body-map [href="${address}"], .region-links [href="${address}"]`)) twin.classList.add("is-lit");
  const place = address.startsWith("#muscle-") && document.getElementById(address.slice(1));
  if (place) place.classList.add("is-lit");
}
if (document.querySelector(".plate, .body-map")) {
  document.addEventListener("pointerover", light);
  document.addEventListener("focusin", light);
}

// On a page with emergency advice, the phone bar offers nothing before that advice has been reached.
const waiting = document.querySelector(".thumb-bar [hidden]");
const advice = document.querySelector(".care--emergency .care__heading");
if (waiting && advice) {
  const watcher = new IntersectionObserver((entries) => {
    if (!entries.some((entry) => entry.isIntersecting)) return;
    waiting.hidden = false;
    watcher.disconnect();
  }, { rootMargin: "0px 0px -90px", threshold: 1 }); // above the bar itself
  watcher.observe(advice);
}

// The printed handout shows the folded text too.
addEventListener("beforeprint", () => {
  for (const fold of document.querySelectorAll("details:not([open])")) {
    fold.open = true;
    fold.dataset.folded = "";
  }
});
addEventListener("afterprint", () => {
  for (const fold of document.querySelectorAll("[data-folded]")) {
    fold.open = false;
    delete fold.dataset.folded;
  }
});

// What went wrong is read out first.
const problem = document.querySelector(".error-summary, .notice[tabindex]");
if (problem) problem.focus();

// The device's own share sheet, where there is one.
const share = document.querySelector("[data-share]");
if (share && navigator.share) {
  share.closest("[hidden]").hidden = false;
  share.addEventListener("click", () => {
    navigator.share({ title: share.dataset.title, url: share.dataset.share }).catch(() => {});
  });
}

// What is told of a visit, unless the browser asks us not to: to the form, the first and the last article and the
// campaign of the first page, from this tab's own history; and that a way to reach us was tapped. Nothing is kept.
if (!navigator.globalPrivacyControl && navigator.doNotTrack !== "1") {
  const article = /^\/blog\/.+/;
  const seen = document.querySelector("[name=seen]");
  if (seen && window.navigation) {
    const visit = navigation.entries().slice(0, navigation.currentEntry.index + 1).map((entry) => new URL(entry.url));
    const read = visit.map((page) => page.pathname).filter((path) => article.test(path));
    const begin = visit[0].searchParams;
    seen.value = JSON.stringify([read[0] || "", read.at(-1) || "", begin.get("c") || begin.get("utm_campaign") || ""]);
  }
  addEventListener("click", (event) => {
    const link = event.target.closest("a[href]");
    if (!link) return;
    const isWay = link.matches('[href$="#getting-here"], #getting-here [href^="http"]');
    const kind = { "tel:": "call", "sms:": "text" }[link.protocol] || (isWay && "directions");
    const page = location.pathname;
    if (kind) navigator.sendBeacon("/offers/count/tap/", new URLSearchParams({ kind, page: article.test(page) ? page : "" }));
  });
}
