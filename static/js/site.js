// Enhancement only: every page does its work without this file.
"use strict";

// A link to a question opens it.
function openTarget() {
  const id = decodeURIComponent(location.hash.slice(1));
  const target = id && document.getElementById(id);
  const fold = target && target.closest("details");
  if (fold) {
    fold.open = true;
    target.scrollIntoView();
  }
}
addEventListener("hashchange", openTarget);
openTarget();

// The printed handout shows the folded text too.
addEventListener("beforeprint", () => {
  for (const fold of document.querySelectorAll("details:not([open])")) {
    fold.open = true;
    fold.dataset.folded = "";
  }
});
addEventListener("afterprint", () => {
  for (const fold of document.querySelectorAll("details[data-folded]")) {
    fold.open = false;
    delete fold.dataset.folded;
  }
});

// What went wrong is read out first.
const problem = document.querySelector(".error-summary, .notice[role=alert]");
if (problem) problem.focus();

// The device's own share sheet, where there is one.
const share = document.querySelector("[data-share]");
if (share && navigator.share) {
  share.closest("[hidden]").hidden = false;
  share.addEventListener("click", () => {
    navigator.share({ title: share.dataset.title, url: share.dataset.share }).catch(() => {});
  });
}
