// Buttons that move an article's row up or down and number the places anew. Without them the places are typed.
const isRow = (element) =>
  element?.classList.contains("rows__row") && !element.classList.contains("empty-form");

function number(group) {
  const rows = [...group.querySelectorAll(".rows__row:not(.empty-form)")];
  rows.forEach((row, index) => {
    const place = row.querySelector('input[name$="-position"]');
    if (place) place.value = index + 1;
  });
}

function move(row, way) {
  const other = way === "up" ? row.previousElementSibling : row.nextElementSibling;
  if (!isRow(other)) return;
  if (way === "up") other.before(row);
  else other.after(row);
  number(row.closest(".rows"));
}

function button(row, way) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = `rows__move rows__move--${way}`;
  const name = row.querySelector(".rows__name").textContent.trim();
  made.setAttribute("aria-label", `Move ${way}: ${name}`);
  made.addEventListener("click", () => {
    move(row, way);
    made.focus();
  });
  return made;
}

function equip(row) {
  if (!row.querySelector('input[name$="-position"]')) return;
  row.querySelector(".rows__moves")?.remove();
  const moves = document.createElement("div");
  moves.className = "rows__moves";
  moves.append(button(row, "up"), button(row, "down"));
  row.append(moves);
  row.closest(".rows").classList.add("rows--moved");
}

document.querySelectorAll(".rows__row:not(.empty-form)").forEach(equip);
document.addEventListener("formset:added", (event) => {
  const row = event.target;
  // Django numbers ids and names of a new row, but not what refers to them.
  const [prefix] = row.id.match(/^.*-\d+$/) ?? [];
  for (const field of row.querySelectorAll('[aria-describedby*="__prefix__"]')) {
    const ids = field.getAttribute("aria-describedby");
    field.setAttribute("aria-describedby", ids.replace(/id_.*?-__prefix__/g, `id_${prefix}`));
  }
  equip(row);
  row.querySelector("input:not([type=hidden]), select, textarea")?.focus();
});
