// An article's rows are put in order with a grip or with buttons; without this file the places are typed.
const isRow = (element) =>
  element?.classList.contains("rows__row") && !element.classList.contains("empty-form");
const rowsOf = (group) => [...group.querySelectorAll(".rows__row:not(.empty-form)")];
const placeOf = (row) => row.querySelector('input[name$="-position"]');
const markerOf = (row) => row.querySelector('input[name$="-number"]');
const nameOf = (row) => row.querySelector(".rows__name").textContent.trim();
const heard = document.createElement("p");
heard.className = "visually-hidden";
heard.setAttribute("role", "status");
document.body.append(heard);

function number(group) {
  const rows = rowsOf(group);
  rows.forEach((row, index) => {
    if (placeOf(row)) placeOf(row).value = index + 1;
  });
  const marked = rows.filter((row) => markerOf(row)?.value);
  const numbers = marked.map((row) => Number(markerOf(row).value)).sort((one, other) => one - other);
  const moved = marked.filter((row, index) => Number(markerOf(row).value) !== numbers[index]);
  marked.forEach((row, index) => (markerOf(row).value = numbers[index]));
  if (moved.length) warn(group, moved.map((row) => markerOf(row).value));
}

// The text is not touched: whoever moves a source says with it what each marker stands for.
function warn(group, numbers) {
  let note = group.querySelector(".rows__note");
  if (!note) {
    note = document.createElement("p");
    note.className = "rows__note";
    group.querySelector(".rows__row").before(note);
  }
  note.textContent = `Other numbers now: ${numbers.join(", ")}. The text stays as it is: change its markers too.`;
}

function settle(row) {
  const group = row.closest(".rows");
  number(group);
  const rows = rowsOf(group);
  const note = group.querySelector(".rows__note")?.textContent ?? "";
  heard.textContent = `${nameOf(row)}: now ${rows.indexOf(row) + 1} of ${rows.length}. ${note}`;
  row.dispatchEvent(new Event("change", { bubbles: true }));
}

function move(row, way) {
  const other = way === "up" ? row.previousElementSibling : row.nextElementSibling;
  if (!isRow(other)) return;
  if (way === "up") other.before(row);
  else other.after(row);
  settle(row);
}

function button(row, way) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = `rows__move rows__move--${way}`;
  made.setAttribute("aria-label", `Move ${way}: ${nameOf(row)}`);
  made.addEventListener("click", () => {
    move(row, way);
    made.focus();
  });
  return made;
}

function drag(row, event) {
  const grip = event.currentTarget;
  const before = row.nextElementSibling;
  const follow = ({ clientY }) => {
    const over = (other) => isRow(other) && other.getBoundingClientRect();
    const [above, below] = [over(row.previousElementSibling), over(row.nextElementSibling)];
    // The neighbour moves, not the row itself: a moved element would let go of the pointer.
    if (above && clientY < above.top + above.height / 2) row.after(row.previousElementSibling);
    else if (below && clientY > below.top + below.height / 2) row.before(row.nextElementSibling);
    if (clientY < 60) scrollBy(0, -12);
    else if (clientY > innerHeight - 90) scrollBy(0, 12);
  };
  const end = ({ type }) => {
    grip.removeEventListener("pointermove", follow);
    for (const name of ["pointerup", "pointercancel"]) grip.removeEventListener(name, end);
    row.classList.remove("rows__row--dragged");
    if (type === "pointercancel") before.before(row);
    else if (row.nextElementSibling !== before) settle(row);
  };
  event.preventDefault();
  row.classList.add("rows__row--dragged");
  grip.addEventListener("pointermove", follow);
  for (const name of ["pointerup", "pointercancel"]) grip.addEventListener(name, end);
  grip.setPointerCapture(event.pointerId);
}

function handle(row) {
  const made = document.createElement("span");
  made.className = "rows__grip";
  made.addEventListener("pointerdown", (event) => event.button === 0 && drag(row, event));
  return made;
}

function equip(row) {
  if (!placeOf(row) && !markerOf(row)?.value) return; // further reading has no order
  row.querySelector(".rows__moves")?.remove();
  const moves = document.createElement("div");
  moves.className = "rows__moves";
  moves.append(handle(row), button(row, "up"), button(row, "down"));
  row.append(moves);
  row.closest(".rows").classList.add("rows--moved");
}

// A box to search in is known by what is chosen in it alone, until it is given the name of its field.
function nameBoxes(around) {
  for (const box of around.querySelectorAll(".select2-selection[role=combobox]")) {
    const label = box.closest(".form-row")?.querySelector("label");
    if (!label || !box.hasAttribute("aria-labelledby")) continue;
    label.id ||= `${label.htmlFor}-label`;
    box.setAttribute("aria-labelledby", `${label.id} ${box.getAttribute("aria-labelledby").split(" ").at(-1)}`);
  }
}

document.querySelectorAll(".rows__row:not(.empty-form)").forEach(equip);
addEventListener("load", () => nameBoxes(document));
document.addEventListener("formset:added", (event) => {
  const row = event.target;
  // Django numbers ids and names of a new row, but not what refers to them.
  const [prefix] = row.id.match(/^.*-\d+$/) ?? [];
  for (const field of row.querySelectorAll('[aria-describedby*="__prefix__"]')) {
    const ids = field.getAttribute("aria-describedby");
    field.setAttribute("aria-describedby", ids.replace(/id_.*?-__prefix__/g, `id_${prefix}`));
  }
  equip(row);
  setTimeout(() => nameBoxes(row));
  row.querySelector("input:not([type=hidden]), select, textarea")?.focus();
});
