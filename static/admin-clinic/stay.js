// Two minutes before a sign-in ends for want of a page, every page says so, and one press keeps it (WCAG 2.2.1).
// The server counts for itself, see clinic_site/staff_session.py.
(() => {
  const IDLE = 30 * 60; // seconds
  const WARNED = 2 * 60;
  const NOTED = 60; // the server counts from a page up to a minute earlier
  const { keep } = document.currentScript.dataset;
  const others = new BroadcastChannel("stay"); // the other windows of whoever is signed in
  const bar = document.createElement("div");
  const words = document.createElement("p");
  const button = document.createElement("button");
  let seen = Date.now();
  let failed = false;

  bar.className = "stay";
  bar.hidden = true;
  words.setAttribute("role", "alert");
  button.type = "button";
  button.textContent = "Stay signed in";
  bar.append(words, button);
  document.body.prepend(bar);

  function begin() {
    seen = Date.now();
    failed = false;
    bar.hidden = true;
    words.textContent = "";
  }

  function say(text) {
    bar.hidden = false;
    if (words.textContent !== text) words.textContent = text;
  }

  function look() {
    if (document.getElementById("writing-ended")?.hidden === false) return void (bar.hidden = true); // autosave.js says so
    const left = IDLE - NOTED - (Date.now() - seen) / 1000;
    button.hidden = left <= 0;
    if (left <= 0) say("You are signed out, because nothing was done for a while. What you do next asks you to sign in.");
    else if (failed) say("That did not work. Open another page to stay signed in.");
    else if (left <= WARNED) say("Nothing was done for a while. In two minutes you are signed out.");
  }
  setInterval(look, 1000);

  button.addEventListener("click", async () => {
    const answer = await fetch(keep, { cache: "no-store", redirect: "manual" }).catch(() => null);
    if (answer?.ok) {
      begin();
      others.postMessage("");
      return;
    }
    failed = true;
    if (answer?.type === "opaqueredirect") seen = -Infinity; // to sign in
    look();
  });
  others.addEventListener("message", begin);
  others.postMessage("");
})();
