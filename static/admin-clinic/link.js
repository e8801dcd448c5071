// The link box of the rich text editor: one of our own pages is picked by its name, any other address is typed.
// A page of ours is kept by its number, so the link holds when its address changes (blog/record_links.py).
const { find } = document.currentScript.dataset;
const PAUSE = 200; // milliseconds without a key before the list is asked for
let boxes = 0;

function make(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

function build(isLink) {
  const id = `link-box-${++boxes}`;
  const input = make("input", {
    ...{ id, type: "text", role: "combobox", autocomplete: "off", "aria-autocomplete": "list" },
    ...{ "aria-expanded": "false", "aria-controls": `${id}-list`, "aria-describedby": `${id}-help` },
  });
  const list = make("ul", { id: `${id}-list`, class: "link-box__list", role: "listbox", "aria-label": "Pages", hidden: "" });
  const status = make("p", { class: "link-box__status", role: "status" });
  const ways = make("div", { class: "link-box__ways" }, make("button", { type: "submit" }, "Set the link"));
  if (isLink) ways.append(make("button", { type: "button", "data-way": "off" }, "Take the link out"));
  ways.append(make("button", { type: "button", "data-way": "cancel" }, "Cancel"));
  const form = make(
    ...["form", { method: "dialog" }, make("h2", { id: `${id}-title` }, "Link")],
    ...[make("label", { for: id }, "Name of one of our pages, or an address")],
    make("p", { class: "link-box__help", id: `${id}-help` }, "Type a part of the name and choose with the arrow keys. The link follows the page when its address changes."),
    ...[input, list, status, ways],
  );
  const dialog = make("dialog", { class: "link-box", "aria-labelledby": `${id}-title` }, form);
  return { dialog, form, input, list, status };
}

// The list under the box: `chosen` is what the arrows are on, `targets` what was found for what is typed.
function picker({ input, list, status }) {
  const state = { targets: [], chosen: -1, asked: "", picked: null };
  let timer;

  function show(targets) {
    Object.assign(state, { targets, chosen: -1 });
    list.replaceChildren(
      ...targets.map((target, index) => {
        const more = target.is_public ? target.kind : `${target.kind}, not public yet`;
        const name = make("span", { class: "link-box__name" }, target.name);
        return make("li", { id: `${list.id}-${index}`, role: "option", "aria-selected": "false" }, name, " ", make("span", { class: "link-box__kind" }, more));
      }),
    );
    list.hidden = !targets.length;
    input.setAttribute("aria-expanded", String(targets.length > 0));
    input.removeAttribute("aria-activedescendant");
  }

  async function ask() {
    const asked = input.value.trim();
    state.asked = asked;
    if (asked.length < 2) return show([]);
    const answer = await fetch(`${find}?q=${encodeURIComponent(asked)}`, { redirect: "manual" }).catch(() => null);
    if (state.asked !== asked || state.picked) return;
    const targets = answer?.ok ? (await answer.json()).targets : [];
    show(targets);
    if (answer?.ok) status.textContent = targets.length ? `${targets.length} found.` : "No page of ours has this name.";
    else status.textContent = "The list of our pages cannot be reached. An address can be typed.";
  }

  function light(index) {
    state.chosen = (index + state.targets.length) % state.targets.length;
    [...list.children].forEach((line, at) => line.setAttribute("aria-selected", String(at === state.chosen)));
    input.setAttribute("aria-activedescendant", list.children[state.chosen].id);
    list.children[state.chosen].scrollIntoView({ block: "nearest" });
  }

  function pick(index) {
    const picked = state.targets[index];
    show([]);
    state.picked = picked;
    input.value = picked.name;
    status.textContent = `${picked.kind}: ${picked.name}${picked.is_public ? "" : ". It is not public yet: until then readers see the words alone."}`;
  }

  input.addEventListener("input", () => {
    state.picked = null;
    clearTimeout(timer);
    timer = setTimeout(ask, PAUSE);
  });
  input.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && state.targets.length) light(state.chosen < 0 && step < 0 ? -1 : state.chosen + step);
    else if (event.key === "Enter" && state.chosen >= 0) pick(state.chosen);
    else if (event.key === "Escape" && state.targets.length) show([]);
    else return;
    event.preventDefault();
  });
  list.addEventListener("pointerdown", (event) => event.preventDefault()); // the box keeps the focus
  list.addEventListener("click", (event) => {
    const line = event.target.closest("li");
    if (line) pick([...list.children].indexOf(line));
  });
  return { state, ask, pick };
}

function openBox(editor) {
  const isLink = editor.isActive("link");
  const parts = build(isLink);
  const { dialog, form, input, status } = parts;
  const { state, ask, pick } = picker(parts);
  const chain = () => (isLink ? editor.chain().focus().extendMarkRange("link") : editor.chain().focus());

  form.addEventListener("submit", (event) => {
    const href = state.picked?.href ?? input.value.trim();
    const marks = [{ type: "link", attrs: { href } }];
    if (/^(\/|#|https?:\/\/|mailto:)/i.test(href)) {
      if (isLink || !editor.state.selection.empty) chain().setLink({ href }).run();
      else chain().insertContent({ type: "text", text: state.picked?.name ?? href, marks }).unsetMark("link").run();
    } else {
      event.preventDefault();
      status.textContent = "Choose a page from the list, or type an address that begins with https:// or /.";
      input.focus();
    }
  });
  form.addEventListener("click", ({ target }) => {
    if (target.dataset.way === "off") chain().unsetLink().run();
    if (target.dataset.way) dialog.close();
  });
  dialog.addEventListener("close", () => {
    dialog.remove();
    editor.commands.focus();
  });
  document.body.append(dialog);
  dialog.showModal();
  if (isLink) {
    input.value = editor.getAttributes("link").href ?? "";
    input.select();
    ask().then(() => state.targets.length === 1 && pick(0)); // its name says more than its number
  }
}

// In the place of the package's own box, for its button and its key.
document.addEventListener("prose-editor:ready", ({ detail: { editor } }) => {
  const around = editor.view.dom.parentElement;
  const instead = (event) => {
    event.preventDefault();
    event.stopPropagation();
    openBox(editor);
  };
  around.addEventListener("click", (event) => event.target.closest('[data-name="link"]') && instead(event), true);
  around.addEventListener(
    ...["keydown", (event) => (event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k" && instead(event), true],
  );
});
