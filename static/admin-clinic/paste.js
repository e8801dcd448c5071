// What Word and Google Docs put on the clipboard, as plain HTML: headings, lists, links, bold and italic.
// Style attributes go before the browser reads them: the policy refuses each one aloud.
const styleOf = (element) => element.dataset.style ?? "";
const unwrap = (element) => element.replaceWith(...element.childNodes);

function parse(html) {
  const bare = html
    .replace(/<style[\s\S]*?<\/style>/gi, "")
    .replace(/<[a-z][^>]*>/gi, (tag) => tag.replace(/\sstyle\s*=/gi, " data-style="));
  return new DOMParser().parseFromString(bare, "text/html").body;
}

// Google Docs says bold and italic in styles, and wraps everything in a <b> that is none.
function emphasis(body) {
  for (const element of body.querySelectorAll("b, strong")) {
    if (/(^|;)\s*font-weight:\s*(normal|400)/.test(styleOf(element))) unwrap(element);
  }
  for (const span of body.querySelectorAll("span")) {
    if (span.closest("h1, h2, h3, h4, h5, h6")) continue;
    const names = [];
    if (/font-weight:\s*(bold|[6-9]00)/.test(styleOf(span))) names.push("strong");
    if (/font-style:\s*italic/.test(styleOf(span))) names.push("em");
    for (const name of names) {
      const made = document.createElement(name);
      made.append(...span.childNodes);
      span.append(made);
    }
  }
}

// Word's list items are paragraphs with a bullet or number of their own.
function lists(body) {
  const open = []; // the lists that the last item stands in, the outermost first
  let last = null;
  for (const line of body.querySelectorAll("p")) {
    const [, level] = styleOf(line).match(/mso-list:\s*l\d+\s+level(\d+)/) ?? [];
    if (!level) continue;
    const marker = [...line.querySelectorAll("span")].find((span) => /mso-list:\s*ignore/i.test(styleOf(span)));
    const name = /^\s*[\da-z]{1,3}[.)]/i.test(marker?.textContent ?? "") ? "ol" : "ul";
    marker?.remove();
    if (line.previousElementSibling !== last || !last) open.length = 0;
    open.length = Math.min(open.length, Number(level));
    if (open.length === Number(level) && open.at(-1).localName !== name) open.pop();
    while (open.length < Number(level)) {
      const list = document.createElement(name);
      if (open.length) (open.at(-1).lastElementChild ?? open.at(-1)).append(list);
      else line.before(list);
      open.push(list);
    }
    const item = document.createElement("li");
    open.at(-1).append(item);
    [last] = open;
    item.append(line);
  }
}

function clean(html) {
  const body = parse(html);
  emphasis(body);
  lists(body);
  body.querySelectorAll("br.Apple-interchange-newline, script, meta, link, title, xml").forEach((one) => one.remove());
  for (const line of body.querySelectorAll("p")) {
    if (!line.textContent.trim() && !line.querySelector("img")) line.remove();
  }
  for (const element of body.querySelectorAll("*")) {
    for (const { name } of [...element.attributes]) {
      if (name !== "href" && name !== "start") element.removeAttribute(name);
    }
  }
  return body.innerHTML.replace(/<!--[\s\S]*?-->/g, "");
}

document.addEventListener("prose-editor:ready", ({ detail: { editor } }) => {
  const take = (event) => {
    const html = event.clipboardData?.getData("text/html") ?? "";
    if (!html || html.includes("data-pm-slice")) return; // copied in an editor of ours
    event.preventDefault();
    event.stopImmediatePropagation();
    editor.view.pasteHTML(clean(html));
  };
  editor.view.dom.addEventListener("paste", take, { capture: true });
});
