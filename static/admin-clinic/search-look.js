// How the article will look in search results and where a link to it is shared, while it is typed.
const look = document.getElementById("search-look");
const field = (name) => document.getElementById(`id_${name}`);
const cut = (text, most) => (text.length > most ? `${text.slice(0, most).replace(/\s+\S*$/, "")} …` : text);

// Where search engines cut, roughly: they count pixels, and say no number.
const TITLE = 60;
const DESCRIPTION = 160;

function show() {
  const title = `${field("search_title").value.trim() || field("title").value.trim()} | ${look.dataset.clinic}`;
  const description = field("description").value.trim() || field("standfirst").value.trim();
  const slug = field("slug")?.value ?? look.dataset.slug;
  look.querySelector(".search-look__address").textContent = `${location.host} › blog › ${slug}`;
  look.querySelector(".search-look__title").textContent = cut(title, TITLE);
  look.querySelector(".search-look__description").textContent = cut(description, DESCRIPTION);
  look.querySelector(".search-look__counts").textContent =
    `Title: ${title.length} letters, about ${TITLE} are shown. Description: ${description.length}, about ${DESCRIPTION}.`;
}

if (look) {
  field("description").closest("fieldset").append(look);
  look.hidden = false;
  for (const name of ["title", "search_title", "standfirst", "description", "slug"]) {
    field(name)?.addEventListener("input", show);
  }
  show();
}
