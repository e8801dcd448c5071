// The rich text editor says nothing to a screen reader until it is given the name and help of its field.
document.addEventListener("prose-editor:ready", ({ detail: { editor, textarea } }) => {
  const area = editor.view.dom;
  const label = textarea.labels[0];
  area.setAttribute("role", "textbox");
  area.setAttribute("aria-multiline", "true");
  if (label) {
    area.setAttribute("aria-label", label.textContent.replace(/:\s*$/, ""));
    label.addEventListener("click", () => editor.commands.focus());
  }
  const help = textarea.getAttribute("aria-describedby");
  if (help) area.setAttribute("aria-describedby", help);
});
