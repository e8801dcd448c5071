// Keeps on the server what is typed on an article's form and not saved yet, and says who else has it open.
// Nothing is kept in the browser.
const TYPING = 3000; // milliseconds without a change before it is sent
const OPEN = 20000; // between two signs that the page is open
const MOST = 60000; // bytes that a closing page may still send

const STILL_OPEN = { headers: { "X-Still-Open": "1" } }; // nobody does anything: it puts off the end of no sign-in

const form = document.getElementById("article_form");
const box = document.getElementById("writing");
const say = (id, words) => {
  const line = document.getElementById(id);
  if (line && line.textContent !== words) line.textContent = words;
};
const stay = new BroadcastChannel("stay"); // stay.js, on this page and in the other windows
const ended = (is) => (document.getElementById("writing-ended").hidden = !is);

let sent = {}; // what the server has, by name
let timer;
let begun = false; // something has been typed
let last = Date.now(); // when the server answered
let leaving = false;

function typed() {
  const all = {};
  for (const [name, value] of new FormData(form)) {
    if (name !== "csrfmiddlewaretoken" && typeof value === "string") (all[name] ??= []).push(value);
  }
  return all;
}

const differs = (one, other) => JSON.stringify(one) !== JSON.stringify(other);
const part = (all) => Object.fromEntries(Object.entries(all).filter(([name, value]) => differs(value, sent[name])));

const size = (fields) => new Blob([JSON.stringify(fields)]).size;

function body(fields) {
  const made = new FormData();
  made.set("key", form.elements.form_key.value);
  made.set("article", box.dataset.article);
  made.set("version", form.elements.version.value);
  for (const [name, value] of Object.entries(fields)) made.set(name, value);
  return made;
}

function post(fields, { headers, ...options } = {}) {
  const all = { "X-CSRFToken": form.elements.csrfmiddlewaretoken.value, ...headers };
  return fetch(box.dataset.keep, { method: "POST", body: body(fields), headers: all, redirect: "manual", ...options });
}

// Whoever signed in again in another window has a new token: the page takes it over.
async function renew() {
  const answer = await fetch(box.dataset.token, { redirect: "manual" });
  if (answer.ok) form.elements.csrfmiddlewaretoken.value = (await answer.json()).token;
  return answer.ok;
}

async function send(fields, options) {
  let answer = await post(fields, options);
  if (answer.status === 403 && (await renew())) answer = await post(fields, options);
  ended(answer.type === "opaqueredirect" || answer.status === 403);
  if (!answer.ok) return false;
  last = Date.now();
  if (options !== STILL_OPEN) stay.postMessage("");
  const news = await answer.json();
  const names = news.others.join(", ");
  say("writing-others", names && `${names} ${news.others.length > 1 ? "have" : "has"} this article open, too.`);
  say("writing-saved", news.saved);
  return news;
}

async function keep() {
  clearTimeout(timer);
  const all = typed();
  if (leaving || !differs(all, sent)) return true;
  try {
    const news = await send({ typed: JSON.stringify(all) });
    if (!news) return false;
    sent = all;
    say("writing-kept", `Kept, but not saved, at ${news.at}.`);
    return true;
  } catch {
    return true; // no connection: saving says so itself
  }
}

// The first change and what is pasted go at once: a closing page may send only so much.
function later({ type }) {
  clearTimeout(timer);
  timer = setTimeout(keep, begun && type !== "paste" ? TYPING : 0);
  begun = true;
}

// Only where a closing page could not send all of it, and it has not gone yet.
function holdBack(event) {
  const all = typed();
  if (leaving || size(part(all)) <= MOST) return;
  event.preventDefault();
  keep();
}

async function beforeSave(event) {
  clearTimeout(timer);
  if (Date.now() - last > OPEN) {
    // The sign-in may have ended since: a save would then be answered by a sign-in page, and the text be gone.
    event.preventDefault();
    const { submitter } = event;
    if (await send({}).catch(() => true)) {
      last = Date.now();
      form.requestSubmit(submitter);
    }
    return;
  }
  leaving = true;
}

function farewell() {
  if (leaving) return;
  const all = typed();
  const fields = { is_closed: "on" };
  if (differs(all, sent)) {
    const isPart = size(all) > MOST;
    fields.typed = JSON.stringify(isPart ? part(all) : all);
    if (isPart) fields.is_part = "on";
  }
  post(fields, { keepalive: true }).catch(() => {});
  sent = all;
}

function present() {
  if (box.dataset.article && !leaving) send({}, STILL_OPEN).catch(() => {});
}

if (form && box) {
  addEventListener("load", () => {
    setTimeout(() => {
      sent = typed(); // the editors have put their text in order
      form.addEventListener("input", later);
      form.addEventListener("change", later);
      form.addEventListener("paste", later);
      form.addEventListener("submit", beforeSave);
      addEventListener("beforeunload", holdBack);
      addEventListener("pagehide", farewell);
      addEventListener("pageshow", () => (leaving = false));
      present();
      setInterval(present, OPEN);
    }, 300);
  });
}
